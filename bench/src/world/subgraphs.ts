import { type EventQueue, eventQueue } from '@meridian/kernel/event-queue';
import { type DocumentNode, parse } from 'graphql';
import {
  type Order,
  orderById,
  orders,
  ordersOfUser,
  type Product,
  productById,
  products,
  type Ride,
  rideById,
  userById,
  users,
} from './data.ts';

export type WorldSubgraph = { typeDefs: DocumentNode; resolvers: Record<string, object> };
type Page = { first: number };
type Stretch = Page & { from?: string };
type Key = { id: string };
type Announced = { orderAnnounced: Order };
type Announcements = EventQueue<Announced>;

const announcements = new Set<Announcements>();

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const userStub = 'type User @key(fields: "id", resolvable: false) { id: ID! }';
/** So many orders from the nth on, where the first comes after the last. */
const stretch = (count: number, nth: number): readonly Order[] =>
  nth === 0
    ? orders.slice(0, count)
    : Array.from({ length: count }, (_, n) => orders[(nth + n) % orders.length] as Order);
const reference = (typename: string, id: string) => ({ __typename: typename, id });

/**
 * Four subgraphs whose data is in memory, so that what is measured is federation and not a database. Every contender
 * is served by these same resolvers.
 */
export const world: Readonly<Record<string, WorldSubgraph>> = {
  users: {
    typeDefs: parse(`${link}
      type Query { users(first: Int!): [User!]! }
      type User @key(fields: "id") { id: ID!  name: String!  email: String!  city: String! }
    `),
    resolvers: {
      Query: { users: (_: unknown, { first }: Page) => users.slice(0, first) },
      User: { __resolveReference: ({ id }: Key) => userById.get(id) },
    },
  },
  products: {
    typeDefs: parse(`${link}
      type Query { products(first: Int!): [Product!]! }
      type Product @key(fields: "id") { id: ID!  name: String!  price: Int!  description: String!  seller: User! }
      ${userStub}
    `),
    resolvers: {
      Query: { products: (_: unknown, { first }: Page) => products.slice(0, first) },
      Product: {
        __resolveReference: ({ id }: Key) => productById.get(id),
        seller: ({ sellerId }: Product) => reference('User', sellerId),
      },
    },
  },
  orders: {
    typeDefs: parse(`${link}
      type Query { orders(first: Int!, from: ID): [Order!]! }
      type Mutation { "Tells subscribers of an order." announce(id: ID!): ID }
      type Subscription { "Orders of at least this total that are announced." orderAnnounced(least: Float!): Order }
      type Order @key(fields: "id") {
        id: ID!  total: Int!  placedAt: String!  user: User!  product: Product!  ride: Ride
      }
      type User @key(fields: "id") { id: ID!  orders(first: Int!): [Order!]! }
      type Product @key(fields: "id", resolvable: false) { id: ID! }
      type Ride @key(fields: "id", resolvable: false) { id: ID! }
    `),
    resolvers: {
      Query: { orders: (_: unknown, { first, from }: Stretch) => stretch(first, Number(from ?? 0)) },
      Mutation: {
        announce(_: unknown, { id }: Key) {
          const order = orderById.get(id);
          if (order) for (const announced of announcements) announced.push({ orderAnnounced: order });
          return order?.id;
        },
      },
      Subscription: {
        orderAnnounced: {
          subscribe(_: unknown, { least }: { least: number }) {
            const queue: Announcements = eventQueue<Announced>({
              onClose: () => announcements.delete(queue),
            });
            const { push } = queue;
            queue.push = (event) => event.orderAnnounced.total >= least && push(event);
            announcements.add(queue);
            return queue.stream;
          },
        },
      },
      Order: {
        __resolveReference: ({ id }: Key) => orderById.get(id),
        user: ({ userId }: Order) => reference('User', userId),
        product: ({ productId }: Order) => reference('Product', productId),
        ride: ({ rideId }: Order) => reference('Ride', rideId),
      },
      User: {
        __resolveReference: ({ id }: Key) => ({ id }),
        orders: ({ id }: Key, { first }: Page) => ordersOfUser.get(id)?.slice(0, first) ?? [],
      },
    },
  },
  rides: {
    typeDefs: parse(`${link}
      type Query { ride(id: ID!): Ride }
      type Ride @key(fields: "id") { id: ID!  status: String!  distance: Float!  driver: User! }
      ${userStub}
    `),
    resolvers: {
      Query: { ride: (_: unknown, { id }: Key) => rideById.get(id) },
      Ride: {
        __resolveReference: ({ id }: Key) => rideById.get(id),
        driver: ({ driverId }: Ride) => reference('User', driverId),
      },
    },
  },
};

/** @throws when there is no subgraph of that name. */
export function worldSubgraph(name: string | undefined): WorldSubgraph {
  const subgraph = name === undefined ? undefined : world[name];
  if (!subgraph) throw new Error(`No subgraph is called ${name}`);
  return subgraph;
}
