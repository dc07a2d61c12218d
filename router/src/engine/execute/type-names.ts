import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** What the executor asks the supergraph's types, by name: `@inaccessible` types are among them. */
export type TypeNames = {
  isObject(name: string): boolean;
  /** Whether a fragment on `condition` applies to an object that calls itself `typename`. */
  covers(condition: string): (typename: unknown) => boolean;
};

export function typeNames(schema: GraphQLSchema): TypeNames {
  const covered = new Map<string, ReadonlySet<unknown>>();
  return {
    isObject: (name) => isObjectType(schema.getType(name)),
    covers(condition) {
      let names = covered.get(condition);
      if (!names) {
        names = new Set([condition, ...subtypesOf(condition, schema)]);
        covered.set(condition, names);
      }
      const known = names;
      return (typename) => known.has(typename);
    },
  };
}

/** Interfaces are among them: to the subgraph of an `@interfaceObject`, the interface is the object's type. */
function subtypesOf(condition: string, schema: GraphQLSchema): string[] {
  const type = schema.getType(condition);
  if (!isAbstractType(type)) return [];
  const interfaces = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
  return [...schema.getPossibleTypes(type), ...interfaces].map(({ name }) => name);
}
