import {
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  getArgumentValues,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
} from 'graphql';

/** An object of the world: what it is, and what a representation said of it. */
type Thing = { __typename: string; $id: string; $given?: Record<string, unknown> };

export type World = {
  /** Types with an identity: there are three of each. All other objects belong to the field that they are found in. */
  entities: readonly string[];
  /** Which types an interface or union is made of; or those that a field, by `Type.field`, gives of it. */
  possible: Readonly<Record<string, readonly string[]>>;
  /** Fields of a form of their own, by name or by `Type.name`: what they are for the thing of that identity. */
  fixed: Readonly<Record<string, (id: string) => unknown>>;
  /** Fields, by `Type.field`, that nobody can be asked for of the thing of that identity: its key is null. */
  lost?: Readonly<Record<string, (id: string) => boolean>>;
  /** Values that fields, by `Type.field`, are given of, where not all subgraphs know all of the enum. */
  values?: Readonly<Record<string, readonly string[]>>;
  /** What the `@requires` of a field, by `Type.field`, asks for. */
  requires: Readonly<Record<string, Selection>>;
  /** For fields, by `Type.field`, with an argument from a context: what that is, which the merged schema has no argument for. */
  contextual?: Readonly<
    Record<string, { argument: string; of: (id: string) => { id: string; field: string } }>
  >;
  /** Another seed makes another world. */
  seed: number;
  /** Mutations so far, by name: what one answers depends on how many came before. */
  mutations: string[];
  /** Whether this field of this thing fails. */
  fails: (id: string, field: string) => boolean;
};

/** Names of fields, with an argument where they are asked for by one, and of their sub-fields. */
export type Selection = { [field: string]: true | Selection };

/** A number for a text: FNV-1a. */
export function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hashed = Math.imul(hashed ^ text.charCodeAt(at), 0x01000193);
  return (hashed ^ (hashed >>> 15)) >>> 0;
}

/**
 * Gives every field of a schema a resolver that makes up its value from the identity of its object, so that whatever
 * schemas share a field give it the same value.
 */
export function populate(schema: GraphQLSchema, world: World, whole: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue;
      field.resolve = resolver(`${type.name}.${field.name}`, world, whole);
    }
  }
}

const resolver =
  (name: string, world: World, whole: GraphQLSchema): GraphQLFieldResolver<Thing | undefined, unknown> =>
  (thing, args, _context, { fieldName, returnType, parentType, schema }) => {
    const isMutation = parentType === schema.getMutationType();
    const $id = thing?.$id ?? (isMutation ? `mutation ${world.mutations.push(fieldName)}` : 'root');
    if (world.lost?.[name]?.($id)) return null;
    if (world.fails($id, fieldName)) throw new Error(`${fieldName} failed`);
    const context = world.contextual?.[name];
    if (context) {
      const setting = context.of($id);
      const {
        [context.argument]: given = makeUp(
          setting.id,
          setting.field,
          {},
          whole.getType('String') as GraphQLScalarType,
          world,
        ),
      } = args;
      return `${fieldName} of ${given}`;
    }
    const wanted = world.requires[name];
    if (!wanted || !thing) return makeUp($id, name, args, returnType, world);
    const given = thing.$given ?? look(thing, wanted, world, whole);
    const basis = `${fieldName}${JSON.stringify(args)} of ${JSON.stringify(select(given, wanted))}`;
    return isLeafType(getNullableType(returnType)) ? basis : makeUp(basis, name, args, returnType, world);
  };

/** What a subgraph makes of a representation: nothing of one whose key is null in part, an error of one without a key. */
export function reference(
  { __typename, ...given }: Record<string, unknown> & { __typename: string },
  schema: GraphQLSchema,
): Thing | Error | null {
  const { id, sku, ref, tag, mark, product, shop } = given as Record<string, string | null | undefined> & {
    product?: { id: string };
    tag?: { code: string };
    mark?: { code: string } | null;
  };
  const stock = product?.id && shop && `Stock:${product.id}:${shop}`;
  const $id =
    id ?? sku?.slice('sku of '.length) ?? tag?.code ?? mark?.code ?? ref?.slice('ref of '.length) ?? stock;
  if ($id && (ref === null || mark === null)) return null;
  if (!$id) return new Error(`a ${__typename} without a key`);
  const [own = __typename] = $id.split(':');
  return { __typename: schema.getType(own) ? own : __typename, $id, $given: given };
}

/** @param name `Type.field`; only the field counts, for an `@interfaceObject` has another type. */
function makeUp(
  id: string,
  name: string,
  args: object,
  type: GraphQLOutputType,
  world: World,
  salt = JSON.stringify(args),
): unknown {
  const field = name.slice(name.indexOf('.') + 1);
  const fixed = world.fixed[name] ?? world.fixed[field];
  if (fixed) return fixed(id);
  if (isNonNullType(type)) return makeUp(id, name, args, type.ofType, world, `${salt}!`);
  const seed = hash(`${world.seed} ${id}.${field}${salt}`);
  if (!salt.endsWith('!') && seed % 8 === 0) return null;
  const inner = salt.replace(/!$/, '');
  if (isListType(type))
    return Array.from({ length: (seed >>> 3) % 4 }, (_, index) =>
      makeUp(id, name, args, type.ofType, world, `${inner}#${index}`),
    );
  if (isEnumType(type)) {
    const values = world.values?.[name] ?? type.getValues().map((value) => value.name);
    return values[(seed >>> 3) % values.length];
  }
  if (isLeafType(type)) return leaf(type.name, seed);
  return thing(
    world.possible[name] ?? world.possible[type.name] ?? [type.name],
    `${id}.${field}${inner}`,
    seed >>> 3,
    world,
  );
}

function thing(types: readonly string[], place: string, seed: number, { entities }: World): Thing {
  const own = types[seed % types.length] ?? wrong('type');
  if (own === 'Stock') return { __typename: own, $id: `Stock:Product:${seed % 3}:shop${seed % 2}` };
  return { __typename: own, $id: entities.includes(own) ? `${own}:${(seed >>> 4) % 3}` : place };
}

function leaf(type: string, seed: number): unknown {
  if (type === 'Int') return seed % 100;
  if (type === 'Boolean') return seed % 2 === 0;
  if (type === 'Float') return (seed % 100) / 4;
  return `text ${seed % 1000}`;
}

/** What the world knows of a thing, as much as is selected. */
function look(of: Thing, wanted: Selection, world: World, whole: GraphQLSchema): Record<string, unknown> {
  const type = whole.getType(of.__typename);
  if (!isObjectType(type)) return wrong(of.__typename);
  const fields = type.getFields();
  return Object.fromEntries(
    Object.entries(wanted).map(([written, inner]) => {
      const { name, args } = readField(written, type);
      const value = makeUp(of.$id, `${type.name}.${name}`, args, fields[name]?.type ?? wrong(name), world);
      const deeper = (one: unknown): unknown => {
        if (inner === true || one === null) return one;
        return Array.isArray(one) ? one.map(deeper) : look(one as Thing, inner, world, whole);
      };
      return [name, deeper(value)];
    }),
  );
}

/** The part of a value that is selected, in the order of the selection. */
function select(value: unknown, wanted: Selection | true): unknown {
  if (wanted === true || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => select(item, wanted));
  return Object.entries(wanted).map(([written, inner]) => {
    const [name = ''] = written.split('(');
    return [name, select((value as Record<string, unknown>)[name] ?? null, inner)];
  });
}

/** A field as it is written in a selection, with all arguments that its resolver is given. */
function readField(written: string, type: GraphQLObjectType): { name: string; args: object } {
  const [field] = (parse(`{ ${written} }`).definitions[0] as OperationDefinitionNode).selectionSet.selections;
  const node = field as FieldNode;
  const definition = type.getFields()[node.name.value] ?? wrong(written);
  return { name: node.name.value, args: getArgumentValues(definition, node) };
}

const wrong = (what: string): never => {
  throw new Error(`the world has no ${what}`);
};
