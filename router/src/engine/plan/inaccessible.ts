import { type ConstDirectiveNode, type DocumentNode, Kind, parse } from 'graphql';

const link = 'https://specs.apollo.dev/inaccessible/v0.2';

/** Hides what carries it from clients. */
export const inaccessible: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'inaccessible' },
};

/** The supergraph with `@inaccessible` defined, whether it uses it itself or not. */
export function withInaccessible(supergraph: DocumentNode): DocumentNode {
  const defined = supergraph.definitions.some(
    (definition) =>
      definition.kind === Kind.DIRECTIVE_DEFINITION && definition.name.value === inaccessible.name.value,
  );
  if (defined) return supergraph;
  const additions = parse(`
    extend schema @link(url: "${link}", for: SECURITY)
    directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM
      | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION`);
  return { ...supergraph, definitions: [...supergraph.definitions, ...additions.definitions] };
}
