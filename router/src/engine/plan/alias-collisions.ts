import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import type { ParsedFetch } from './plan-fetches.ts';

/**
 * Whether a field may be given the name of another one that the plan adds or needs for its fetches. Planner 2.14.4 merges
 * the two, so that either the client or a fetch is given the wrong one: `{ product { id: name  reviews { stars } } }` was
 * answered with the id, or asks for the reviews of a name. Selecting `id` elsewhere looks the same.
 * @param document what the client asks
 */
export function hasNameOfInput(fetches: readonly ParsedFetch[], document: DocumentNode): boolean {
  const aliases = new Set<string>();
  for (const definition of document.definitions)
    if ('selectionSet' in definition) addAliases(definition.selectionSet, aliases);
  if (aliases.size === 0) return false;
  return fetches.some(({ fetch: { requires = [], contextRewrites = [] }, operation }) => {
    const inputs = [...requires.flatMap(allNames), ...contextRewrites.flatMap(({ path }) => path)];
    return (
      inputs.some((name) => aliases.has(withoutOwnAlias(name))) ||
      selectsOneOf(operation.selectionSet, aliases)
    );
  });
}

function addAliases({ selections }: SelectionSetNode, aliases: Set<string>): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
    if (selection.kind === Kind.FIELD && selection.alias && selection.alias.value !== selection.name.value)
      aliases.add(selection.alias.value);
    if (selection.selectionSet) addAliases(selection.selectionSet, aliases);
  }
}

/** The planner calls `id` `id__alias_0` where it has seen that something else has that name; not always rightly. */
const withoutOwnAlias = (name: string): string => name.replace(/__alias_\d+$/, '');

/** Whether a field of one of these names is selected, whatever it is called in the response. */
const selectsOneOf = ({ selections }: SelectionSetNode, names: ReadonlySet<string>): boolean =>
  selections.some((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
    if (selection.kind === Kind.FIELD && names.has(selection.name.value)) return true;
    return selection.selectionSet !== undefined && selectsOneOf(selection.selectionSet, names);
  });

const allNames = (selection: QueryPlanSelectionNode): string[] => [
  ...(selection.kind === 'Field' ? [selection.alias ?? selection.name] : []),
  ...(selection.selections ?? []).flatMap(allNames),
];
