import { type DocumentNode, Kind } from 'graphql';
import { namedType } from '../plan/supergraph-ast.ts';

/** What the executor asks the supergraph's types, by name: `@inaccessible` types are among them. */
export type TypeNames = {
  isObject(name: string): boolean;
  /** Whether objects may call themselves so: an `@interfaceObject` does by the name of the interface. */
  isType(name: string): boolean;
  /** What a field is of; undefined where there is none. */
  field(type: string, field: string): FieldType | undefined;
  /** Whether a fragment on `condition` applies to an object that calls itself `typename`. */
  covers(condition: string): (typename: unknown) => boolean;
  /** The same, or might if the object were asked for its type: it calls itself by the name of an interface. */
  mayBe(condition: string, typename: unknown): boolean;
};

type FieldType = { type: string; mayBeNull: boolean };

/**
 * Reads the types from the supergraph's text: a schema made of it would be kept for nothing but this. Interfaces are
 * among what an interface covers: to the subgraph of an `@interfaceObject`, the interface is the object's type.
 */
export function typeNames(supergraph: DocumentNode): TypeNames {
  const objects = new Set<string>();
  const unions = new Set<string>();
  const fields = new Map<string, Map<string, FieldType>>();
  const subtypes = new Map<string, Set<unknown>>();
  const coveredBy = (condition: string) => {
    const names = subtypes.get(condition) ?? new Set([condition]);
    subtypes.set(condition, names);
    return names;
  };
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      unions.add(definition.name.value);
      for (const { name } of definition.types ?? []) coveredBy(definition.name.value).add(name.value);
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      continue;
    const of = definition.name.value;
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) objects.add(of);
    for (const { name } of definition.interfaces ?? []) coveredBy(name.value).add(of);
    const own = definition.fields?.map(
      ({ name, type }) =>
        [name.value, { type: namedType(type), mayBeNull: type.kind !== Kind.NON_NULL_TYPE }] as const,
    );
    fields.set(of, new Map(own));
  }
  const covers: TypeNames['covers'] = (condition) => {
    const names = subtypes.get(condition);
    return names ? (typename) => names.has(typename) : (typename) => typename === condition;
  };
  return {
    isObject: (name) => objects.has(name),
    isType: (name) => fields.has(name) || unions.has(name),
    field: (type, field) => fields.get(type)?.get(field),
    covers,
    mayBe: (condition, typename) =>
      covers(condition)(typename) ||
      (typeof typename === 'string' && !objects.has(typename) && covers(typename)(condition)),
  };
}
