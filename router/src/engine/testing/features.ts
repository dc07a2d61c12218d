import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Call } from './local-supergraph.ts';

/** What of Federation a test may come across in a call of a subgraph. */
export const features = [
  ...(['@external', '@inaccessible', '@interfaceObject', '@override', '@override by label'] as const),
  ...(['@provides', '@requires', '@shareable', '@fromContext'] as const),
  ...(['enum as input', 'enum as output', 'input object', 'mutation'] as const),
] as const;

export type Feature = (typeof features)[number];

const isFeature = (name: string): name is Feature => (features as readonly string[]).includes(name);

/** Which features play a part in what a subgraph was asked for. Enums and inputs count that subgraphs know differently. */
export function featuresOf({ query }: Call, schema: GraphQLSchema): ReadonlySet<Feature> {
  const found = new Set<Feature>();
  const types = new TypeInfo(schema);
  const addDirectives = (directives: readonly (DirectiveNode | ConstDirectiveNode)[] = []) => {
    for (const { name, arguments: args = [] } of directives) {
      const directive = `@${name.value}`;
      if (isFeature(directive)) found.add(directive);
      if (directive === '@override' && args.length > 1) found.add('@override by label');
    }
  };
  const look = {
    Field(_node: FieldNode) {
      const parent = types.getParentType();
      if (parent === schema.getMutationType()) found.add('mutation');
      if (isObjectType(parent)) addDirectives(parent.astNode?.directives);
      const field = types.getFieldDef();
      addDirectives(field?.astNode?.directives);
      for (const { astNode } of field?.args ?? []) addDirectives(astNode?.directives);
      const type = field && getNamedType(field.type);
      if (isEnumType(type) && type.name === 'Shade') found.add('enum as output');
    },
    Argument() {
      const type = getNamedType(types.getInputType());
      if (isEnumType(type)) found.add('enum as input');
      if (isInputObjectType(type)) found.add('input object');
    },
  };
  visit(parse(query), visitWithTypeInfo(types, look));
  return found;
}
