import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import { buildSchema, type GraphQLSchema, parse, printSchema } from 'graphql';
import { createEngine } from '../create-engine.ts';
import { type LocalSubgraph, localSupergraph } from './local-supergraph.ts';
import { hash, populate, reference, type World } from './world.ts';

/** What a supergraph is made of, and what is true of the world behind it. */
export type Cut = Omit<World, 'seed' | 'mutations' | 'fails'> & {
  /** By subgraph name. */
  schemas: Readonly<Record<string, string>>;
  /** Other fields depend on these, in subgraphs though not in the merged schema, so that they never fail. */
  sound: RegExp;
};

/** Four subgraphs that use what Federation has for sharing types, each in several ways. */
const schemas = {
  products: `
    type Query {
      products(first: Int): [Product!]!
      top: Product @shareable
      media: [Media]
      medium: Media!
      found: [Found!]
      nodes: [Node]
    }
    interface Node { id: ID! }
    type Product implements Node @key(fields: "id") @key(fields: "sku") {
      id: ID!
      sku: String!
      name: String
      weight: Int
      size: Size
      price(currency: String): Int!
      code: String!
      related: [Product!]
      matrix: [[Int!]]!
      status: Status
      maker: Maker @provides(fields: "name")
      stocks: [Stock]
      parts: [Part!]
    }
    type Part @shareable { name: String  count: Int! }
    type Size @shareable { width: Int  height: Int!  unit: Unit }
    type Unit @shareable { name: String! }
    enum Status { NEW OLD }
    type Maker @key(fields: "id") { id: ID!  name: String @external }
    type Stock @key(fields: "product { id } shop") { product: Product!  shop: String! }
    interface Media @key(fields: "id") { id: ID!  title: String }
    type Book implements Media & Node @key(fields: "id") { id: ID!  title: String  pages: Int!  maker: Maker }
    type Film implements Media & Node @key(fields: "id") { id: ID!  title: String  minutes: Int  maker: Maker }
    union Found = Product | Book | Size
  `,
  reviews: `
    type Query { reviews: [Review!]  top: Product @shareable  loved: Media }
    type Review { id: ID!  stars: Int  product: Product  media: Media!  author: Person @provides(fields: "email") }
    type Product @key(fields: "id") { id: ID!  reviews(first: Int = 2): [Review!]  rating: Float }
    type Media @key(fields: "id") @interfaceObject { id: ID!  reviews: [Review]  score: Int!  title: String @external
      blurb: String @requires(fields: "title") }
    type Person @key(fields: "id") { id: ID!  email: String @external }
  `,
  makers: `
    type Query { makers: [Maker]!  people: [Person] }
    type Maker @key(fields: "id") { id: ID!  name: String @shareable  people: [Person!]!  boss: Person }
    type Person @key(fields: "id") { id: ID!  name: String!  email: String @shareable  maker: Maker  nickname: String }
    type Book @key(fields: "id") { id: ID!  authors: [Person!] }
  `,
  shipping: `
    type Query { parcels: [[Parcel!]!] }
    type Parcel { content: Content  weight: Float }
    union Content = Product | Film
    type Film @key(fields: "id") { id: ID!  reels: Int }
    type Product @key(fields: "id", resolvable: false) @key(fields: "sku") {
      id: ID!
      sku: String!
      weight: Int @external
      size: Size @external
      parts: [Part!] @external
      estimate: String @requires(fields: "weight size { width unit { name } }")
      rating: Float @external
      packing: String @requires(fields: "parts { count } rating")
      parcels: [Parcel!]
      code: String! @override(from: "products")
    }
    type Part @shareable { count: Int! }
    type Size @shareable { width: Int  unit: Unit }
    type Unit @shareable { name: String! }
    type Stock @key(fields: "product { id } shop") { product: Product!  shop: String!  count: Int  shelf: String! }
    type Person @key(fields: "id") { id: ID!  nickname: String @override(from: "makers")  orders: Int }
  `,
};

const keyed = (sdl: string) =>
  parse(sdl).definitions.flatMap((definition) =>
    'directives' in definition &&
    'name' in definition &&
    definition.name &&
    definition.directives?.some(({ name }) => name.value === 'key')
      ? definition.name.value
      : [],
  );

const fourSubgraphs: Cut = {
  schemas,
  sound: /^(id|sku|product|shop|weight|size|width|height|unit|name|parts|count|rating|title|top)$/,
  entities: ['Product', 'Maker', 'Person', 'Book', 'Film'],
  possible: {
    Media: ['Book', 'Film'],
    Node: ['Product', 'Book', 'Film'],
    Found: ['Product', 'Book', 'Size'],
    Content: ['Product', 'Film'],
  },
  fixed: {
    id: (id) => id,
    sku: (id) => `sku of ${id}`,
    'Stock.product': (id) => ({ __typename: 'Product', $id: id.split(':').slice(1, 3).join(':') }),
    'Stock.shop': (id) => id.split(':')[3],
  },
  requires: {
    'Product.estimate': { weight: true, size: { width: true, unit: { name: true } } },
    'Product.packing': { parts: { count: true }, rating: true },
    'Media.blurb': { title: true },
    'Book.blurb': { title: true },
    'Film.blurb': { title: true },
  },
};

/**
 * The subgraphs, behind the engine and merged into one schema.
 * @throws what composition says
 */
export function worldSupergraph(
  { schemas, sound, ...base }: Cut = fourSubgraphs,
  { onlyByLevels = false } = {},
) {
  let faults = 0;
  let careless = 0;
  let absent: string | undefined;
  let turns = 0;
  const world: World = {
    ...base,
    seed: 0,
    mutations: [],
    fails: (id, field) => !sound.test(field) && hash(`${world.seed} ${id}.${field} fails`) % 100 < faults,
  };
  const subgraphs = Object.fromEntries(
    Object.entries(schemas).map(([name, sdl]): [string, LocalSubgraph] => [
      name,
      {
        sdl,
        resolvers: Object.fromEntries(
          keyed(sdl).map((type) => [
            type,
            { __resolveReference: (given: never) => reference(given, local.schemas[name] as GraphQLSchema) },
          ]),
        ),
      },
    ]),
  );
  const local = localSupergraph(subgraphs);
  const transports = Object.fromEntries(
    Object.entries(local.transports).map(([name, transport]): [string, SubgraphTransport] => [
      name,
      {
        ...transport,
        execute: async (request) => {
          if (name === absent) throw new Error('nobody is there');
          const wait = turns && hash(`${world.seed} ${local.calls.length}`) % (turns + 1);
          for (let turn = 0; turn < wait; turn++) await nextTurn();
          const answer = await transport.execute(request);
          if (careless > 0)
            leaveOut(answer.data, (place) => hash(`${world.seed} ${name}${place}`) % 100 < careless);
          return answer;
        },
      },
    ]),
  );
  const isOverridden = (label: string) => hash(`${world.seed} ${label}`) % 2 === 0;
  const engine = createEngine({
    supergraphSdl: local.sdl,
    transports,
    isOverridden,
    shareInFlight: true,
    onlyByLevels,
  });
  const merged = buildSchema(printSchema(engine.schema));
  // With what clients do not see, and others depend on.
  const whole = buildSchema(local.sdl);
  for (const schema of [...Object.values(local.schemas), merged]) populate(schema, world, whole);
  /** As it was created: before any mutation. */
  const again = () => {
    world.mutations = [];
  };
  return {
    ...local,
    transports,
    engine,
    merged,
    again,
    /** Mutations since then, by name, in the order in which they were carried out. */
    mutations: (): readonly string[] => world.mutations,
    /**
     * Makes the world anew, and with it what becomes of labels. Of a hundred fields about `faults` fail; subgraphs leave out
     * about `careless` of a hundred fields; the subgraph `without` does not answer; answers take up to so many `turns` of the
     * event loop.
     */
    create(chance: {
      seed: number;
      faults?: number;
      careless?: number;
      without?: string | undefined;
      turns?: number;
    }) {
      world.seed = chance.seed;
      again();
      turns = chance.turns ?? 0;
      faults = chance.faults ?? 0;
      careless = chance.careless ?? 0;
      absent = chance.without;
    },
  };
}

export type WorldSupergraph = ReturnType<typeof worldSupergraph>;

/** Takes fields out of an answer. */
function leaveOut(value: unknown, isLeftOut: (place: string) => boolean, place = ''): void {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Record<string, unknown>;
  for (const [key, inner] of Object.entries(holder)) {
    const at = `${place}.${key}`;
    const isField = !Array.isArray(value) && key !== '_entities' && key !== '__typename';
    if (isField && isLeftOut(at)) delete holder[key];
    else leaveOut(inner, isLeftOut, at);
  }
}
