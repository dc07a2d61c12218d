import {
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** What the executor asks the supergraph's types, by name: `@inaccessible` types are among them. */
export type TypeNames = {
  isObject(name: string): boolean;
  /** Whether objects may call themselves so: an `@interfaceObject` does by the name of the interface. */
  isType(name: string): boolean;
  /** What a field is of; undefined where there is none. */
  field(type: string, field: string): { type: string; mayBeNull: boolean } | undefined;
  /** Whether a fragment on `condition` applies to an object that calls itself `typename`. */
  covers(condition: string): (typename: unknown) => boolean;
  /** The same, or might if the object were asked for its type: it calls itself by the name of an interface. */
  mayBe(condition: string, typename: unknown): boolean;
};

export function typeNames(schema: GraphQLSchema): TypeNames {
  const covered = new Map<string, ReadonlySet<unknown>>();
  const isObject = (name: string) => isObjectType(schema.getType(name));
  const covers: TypeNames['covers'] = (condition) => {
    let names = covered.get(condition);
    if (!names) {
      names = new Set([condition, ...subtypesOf(condition, schema)]);
      covered.set(condition, names);
    }
    const known = names;
    return (typename) => known.has(typename);
  };
  return {
    isObject,
    isType: (name) => isCompositeType(schema.getType(name)),
    field(name, field) {
      const type = schema.getType(name);
      const found = isObjectType(type) || isInterfaceType(type) ? type.getFields()[field] : undefined;
      return found && { type: getNamedType(found.type).name, mayBeNull: !isNonNullType(found.type) };
    },
    covers,
    mayBe: (condition, typename) =>
      covers(condition)(typename) ||
      (typeof typename === 'string' && !isObject(typename) && covers(typename)(condition)),
  };
}

/** Interfaces are among them: to the subgraph of an `@interfaceObject`, the interface is the object's type. */
function subtypesOf(condition: string, schema: GraphQLSchema): string[] {
  const type = schema.getType(condition);
  if (!isAbstractType(type)) return [];
  const interfaces = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
  return [...schema.getPossibleTypes(type), ...interfaces].map(({ name }) => name);
}
