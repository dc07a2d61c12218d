import { compileVariableValues } from '@meridian/kernel/execution/variable-values';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { Variables } from './engine.ts';
import { getOwn } from './execute/own.ts';
import { isShallow } from './execute/shallow.ts';
import { mostMistakes, toldMistakes } from './most-mistakes.ts';
import { type RequestErrors, requestError, requestErrors } from './request-errors.ts';

/** Checks a client's variables against the operation's and fills in defaults. */
export type Coerce = (variables: Variables | undefined) => { variables: Variables } | RequestErrors;

export function compileCoerce(
  schema: GraphQLSchema,
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
  { introspection }: { introspection: boolean },
): Coerce {
  const options = { maxErrors: mostMistakes, hideSuggestions: !introspection };
  const coerce = compileVariableValues(schema, variableDefinitions, options);
  const conditions = conditionVariables(document);
  return (variables = {}) => {
    if (!isShallow(variables)) return nestedTooDeep;
    const { coerced, errors } = coerce(variables);
    if (errors) return requestErrors('BAD_USER_INPUT', toldMistakes(errors));
    const nulls = variableDefinitions
      .filter(({ variable: { name } }) => conditions.has(name.value) && getOwn(coerced, name.value) === null)
      .map(({ variable }) => nullCondition(variable.name.value));
    return nulls.length > 0 ? requestErrors('BAD_USER_INPUT', nulls) : { variables: coerced };
  };
}

const nestedTooDeep = requestError('BAD_USER_INPUT', 'The variables are nested too deep.');

/** A nullable variable with a default may stand in `@skip(if:)`, and a client may still send null for it. */
const nullCondition = (name: string) =>
  new GraphQLError(`Variable "$${name}" must not be null, for @skip or @include depends on it.`);

function conditionVariables(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args) if (value.kind === 'Variable') names.add(value.name.value);
    },
  });
  return names;
}
