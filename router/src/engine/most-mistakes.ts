import { GraphQLError } from 'graphql';

/** So many mistakes of one document or of its variables are told: to find more costs time and helps nobody. */
export const mostMistakes = 50;

/** The mistakes that graphql-js found when told to stop after `mostMistakes`, with a last word of ours where there are more. */
export function toldMistakes(found: readonly GraphQLError[]): readonly GraphQLError[] {
  if (found.length <= mostMistakes) return found;
  const more = new GraphQLError(`There are more mistakes than these ${mostMistakes}, which are told first.`);
  return [...found.slice(0, mostMistakes), more];
}
