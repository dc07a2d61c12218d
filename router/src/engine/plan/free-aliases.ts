import { type DocumentNode, visit } from 'graphql';
import { isFieldsType } from './supergraph-ast.ts';

const mark = '__as_';

/** The name that a client gave what plans have under this name. */
export const clientName = (responseName: string): string =>
  responseName.startsWith(mark) ? responseName.slice(mark.length) : responseName;

/** The name that plans have for what a client calls by the name of another field. */
export const freeAlias = (responseName: string): string => mark + responseName;

export const isFreeAlias = (responseName: string): boolean => responseName.startsWith(mark);

/** The planner calls `id` `id__alias_0` where it has seen that something else has that name. */
const plannersOwn = /__alias_\d+$/;

/**
 * Gives every field that has the name of another as its alias one that is free, for plans. Planner 2.14.4 merges such a field
 * with the one that it adds for a key or a `@requires`, so that either the client or a subgraph is given the wrong one:
 * `{ product { id: name  reviews { stars } } }` was answered with the id, or asked for the reviews of a name.
 */
export function freeAliases(supergraph: DocumentNode): (document: DocumentNode) => DocumentNode {
  const taken = new Set(
    supergraph.definitions
      .filter(isFieldsType)
      .flatMap(({ fields = [] }) => fields.map(({ name }) => name.value)),
  );
  const isTaken = (alias: string) => taken.has(alias) || plannersOwn.test(alias);
  return (document) =>
    visit(document, {
      // What is below, and in fragments of it, the router answers by itself.
      FragmentDefinition: ({ typeCondition: { name } }) => (name.value.startsWith('__') ? false : undefined),
      Field: {
        enter: ({ name }) => (name.value === '__schema' || name.value === '__type' ? false : undefined),
        leave({ alias, ...node }) {
          if (!alias || alias.value === node.name.value || !isTaken(alias.value)) return undefined;
          return { ...node, alias: { ...alias, value: freeAlias(alias.value) } };
        },
      },
    });
}
