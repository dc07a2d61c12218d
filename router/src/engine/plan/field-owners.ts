import type { DocumentNode } from 'graphql';
import { argument, isDirective, isFieldsType, subgraphNames } from './supergraph-ast.ts';

/** Whether a subgraph can give this field wherever it gives the type. */
export type GivesField = (subgraph: string, type: string, field: string) => boolean;

/** Reads which fields each subgraph resolves by itself; one that it only knows as `@external` is not among them. */
export function fieldOwners(supergraph: DocumentNode): GivesField {
  const subgraphs = subgraphNames(supergraph);
  const nameOf = (graph: string | boolean | undefined) => subgraphs.get(String(graph)) ?? String(graph);
  const given = new Set<string>();
  for (const type of supergraph.definitions.filter(isFieldsType)) {
    const ofType = type.directives?.filter(isDirective('join__type')) ?? [];
    for (const field of type.fields ?? []) {
      const joins = field.directives?.filter(isDirective('join__field')) ?? [];
      const owners = joins.length > 0 ? joins : ofType;
      for (const join of owners)
        if (argument(join, 'external') !== true && argument(join, 'usedOverridden') !== true)
          given.add(`${nameOf(argument(join, 'graph'))} ${type.name.value}.${field.name.value}`);
    }
  }
  return (subgraph, type, field) => given.has(`${subgraph} ${type}.${field}`);
}
