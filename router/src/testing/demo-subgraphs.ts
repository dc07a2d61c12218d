import { type EventQueue, eventQueue } from '@meridian/kernel/event-queue';
import { createSubgraph } from '@meridian/kernel/subgraph';
import type { SubgraphRequest, SubgraphResponse, SubgraphTransport } from '@meridian/kernel/transport';
import { inProcessTransport } from '@meridian/kernel/transport-in-process';
import { viewerVerifier } from '@meridian/kernel/viewer-token';
import { GraphQLError, parse } from 'graphql';
import { demoLog, type Logged } from './demo-log.ts';

export const viewerSecret = 'a secret that only the demo subgraphs and their router know';

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])`;

export const stockSchema = `${federation}
  type Query {
    item(id: ID!): Item
    items(first: Int = 3): [Item!]!
    "Whom the subgraph takes the caller for: id and scopes."
    caller: String
    fail(code: String, message: String!): String
    slow: String
  }
  type Mutation { restock(id: ID!, by: Int!): Item }
  type Subscription {
    stockChanged(id: ID): Item
    refused: Item
    "Changes since a cursor, then on."
    stockLog(after: String, id: ID): StockLogged
  }
  type StockLogged { cursor: String!  step: Int!  item: Item }
  type Item @key(fields: "id") { id: ID!  stock: Int! }
`;

export const namesSchema = `${federation}
  type Item @key(fields: "id") { id: ID!  name: String  "Who asked for the name." askedBy: String  padding(length: Int!): String }
`;

type StockEvent = { stockChanged: { id: string; stock: number } };
type Context = { caller: string; correlationId: string };

/** Two small subgraphs, and what a test wants to see of them. */
export function demoSubgraphs() {
  const stock = new Map([
    ['1', 10],
    ['2', 20],
    ['3', 30],
  ]);
  const listeners = new Set<EventQueue<StockEvent>>();
  const log = demoLog();
  const calls: (Pick<SubgraphRequest, 'headers' | 'query' | 'variables'> & { subgraph: string })[] = [];
  const pending = new Set<AbortSignal>();
  let held: Promise<void> | undefined;
  const item = (id: string) => (stock.has(id) ? { __typename: 'Item', id, stock: stock.get(id) } : null);

  const common = {
    verifyViewer: viewerVerifier(viewerSecret),
    createContext: ({
      viewer,
      correlationId,
    }: {
      viewer: { id: string; scopes: ReadonlySet<string> } | null;
      correlationId: string;
    }): Context => ({
      caller: viewer ? [viewer.id, ...viewer.scopes].join(' ') : 'anonymous',
      correlationId,
    }),
    ready: async () => {},
    stop: async () => {},
  };

  const stockSubgraph = createSubgraph<Context>({
    ...common,
    name: 'stock',
    typeDefs: parse(stockSchema),
    resolvers: {
      Query: {
        item: (_: unknown, { id }: { id: string }) => item(id),
        items: (_: unknown, { first }: { first: number }) => [...stock.keys()].slice(0, first).map(item),
        caller: (_: unknown, __: unknown, { caller }: Context) => caller,
        fail: (_: unknown, { code, message }: { code?: string; message: string }) => {
          throw new GraphQLError(message, {
            extensions: { ...(code ? { code } : {}), stacktrace: ['at secret.ts'] },
          });
        },
        slow: () => new Promise(() => {}),
      },
      Mutation: {
        restock: (_: unknown, { id, by }: { id: string; by: number }) => {
          stock.set(id, (stock.get(id) ?? 0) + by);
          return item(id);
        },
      },
      Subscription: {
        stockChanged: {
          subscribe: (_: unknown, { id }: { id?: string }) => {
            const queue: EventQueue<StockEvent> = eventQueue<StockEvent>({
              onClose: () => listeners.delete(queue),
            });
            const push = queue.push;
            queue.push = (event) => (id === undefined || event.stockChanged.id === id) && push(event);
            listeners.add(queue);
            return queue.stream;
          },
        },
        stockLog: {
          subscribe: (_: unknown, { after, id }: { after?: string; id?: string }) => log.stream(after, id),
        },
        refused: {
          subscribe: () => {
            throw new GraphQLError('not for you', { extensions: { code: 'FORBIDDEN' } });
          },
        },
      },
      StockLogged: { item: ({ id }: Logged) => item(id) },
      Item: { __resolveReference: ({ id }: { id: string }) => item(id) },
    },
  });

  const namesSubgraph = createSubgraph<Context>({
    ...common,
    name: 'names',
    typeDefs: parse(namesSchema),
    resolvers: {
      Item: {
        padding: (_: unknown, { length }: { length: number }) => 'x'.repeat(length),
        __resolveReference: ({ id }: { id: string }, { caller }: Context) => ({
          id,
          name: `Item ${id}`,
          askedBy: caller,
        }),
      },
    },
  });

  const spied = (subgraph: string, transport: SubgraphTransport): SubgraphTransport => ({
    ...transport,
    async execute(request) {
      calls.push({ subgraph, ...request });
      if (request.signal) pending.add(request.signal);
      await held;
      return transport.execute(request);
    },
    subscribe(request) {
      calls.push({ subgraph, ...request });
      const events = transport.subscribe(request);
      const isLog = request.query.includes('stockLog') && request.variables?.['__after'] === undefined;
      return isLog && request.headers['x-stream-position'] === '1' ? withPosition(log.end(), events) : events;
    },
  });

  return {
    transports: {
      stock: spied('stock', inProcessTransport(stockSubgraph.transport)),
      names: spied('names', inProcessTransport(namesSubgraph.transport)),
    },
    subgraphs: { stock: stockSubgraph, names: namesSubgraph },
    /** Every call that reached a subgraph. */
    calls,
    /** Calls from now on wait for this. */
    hold(until: Promise<void>) {
      held = until;
    },
    /** Signals of the calls so far. */
    signals: pending,
    /** What `stockLog` streams. */
    log,
    /** Streams open at the stock subgraph. */
    listeners,
    publish(id: string, level: number) {
      stock.set(id, level);
      for (const listener of listeners) listener.push({ stockChanged: { id, stock: level } });
    },
    /** Ends every open stream as a lost connection would. */
    drop() {
      for (const listener of [...listeners]) listener.end(new Error('connection lost'));
    },
  };
}

/** Says first where the stream begins, as subgraphs do when a router asks for it. */
function withPosition(
  position: string,
  events: AsyncIterableIterator<SubgraphResponse>,
): AsyncIterableIterator<SubgraphResponse> {
  let isTold = false;
  const stream: typeof events = {
    ...events,
    [Symbol.asyncIterator]: () => stream,
    async next() {
      if (isTold) return events.next();
      isTold = true;
      return { done: false, value: { extensions: { position } } };
    },
  };
  return stream;
}
