import { type DocumentNode, Kind } from 'graphql';
import { argument, fieldSet, isDirective, isFieldsType, subgraphNames } from './supergraph-ast.ts';

/** The keys by which a subgraph can be asked for an entity type, each as its topmost fields. */
export type EntityKeys = (subgraph: string) => ReadonlyMap<string, readonly (readonly string[])[]>;

export function entityKeysOf(supergraph: DocumentNode): EntityKeys {
  const subgraphs = subgraphNames(supergraph);
  const bySubgraph = new Map<string, Map<string, string[][]>>();
  for (const type of supergraph.definitions.filter(isFieldsType))
    for (const join of type.directives?.filter(isDirective('join__type')) ?? []) {
      const key = argument(join, 'key');
      if (typeof key !== 'string' || argument(join, 'resolvable') === false) continue;
      const graph = String(argument(join, 'graph'));
      const subgraph = subgraphs.get(graph) ?? graph;
      const byType = bySubgraph.get(subgraph) ?? new Map<string, string[][]>();
      bySubgraph.set(subgraph, byType);
      const fields = fieldSet(key).selections.flatMap((selection) =>
        selection.kind === Kind.FIELD ? [selection.name.value] : [],
      );
      byType.set(type.name.value, [...(byType.get(type.name.value) ?? []), fields]);
    }
  const none = new Map<string, string[][]>();
  return (subgraph) => bySubgraph.get(subgraph) ?? none;
}
