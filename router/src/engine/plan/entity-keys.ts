import { type DocumentNode, Kind } from 'graphql';
import { argument, fieldSet, isDirective, isFieldsType, subgraphNames } from './supergraph-ast.ts';

/** The keys by which a subgraph can be asked for an entity type, each as its topmost fields. */
export type EntityKeys = (subgraph: string, type: string) => readonly (readonly string[])[];

export function entityKeysOf(supergraph: DocumentNode): EntityKeys {
  const subgraphs = subgraphNames(supergraph);
  const keys = new Map<string, string[][]>();
  for (const type of supergraph.definitions.filter(isFieldsType))
    for (const join of type.directives?.filter(isDirective('join__type')) ?? []) {
      const key = argument(join, 'key');
      if (typeof key !== 'string' || argument(join, 'resolvable') === false) continue;
      const graph = String(argument(join, 'graph'));
      const place = `${subgraphs.get(graph) ?? graph} ${type.name.value}`;
      const fields = fieldSet(key).selections.flatMap((selection) =>
        selection.kind === Kind.FIELD ? [selection.name.value] : [],
      );
      keys.set(place, [...(keys.get(place) ?? []), fields]);
    }
  return (subgraph, type) => keys.get(`${subgraph} ${type}`) ?? [];
}
