import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { type DocumentNode, type GraphQLSchema, Kind } from 'graphql';
import { deadlineHeader, refuseWhenLate } from './deadline.ts';
import { type Prepare, preparedTexts } from './prepared-texts.ts';
import { scalarResolvers } from './scalars.ts';
import { sharedResolvers } from './shared-resolvers.ts';
import { subgraphExecutor } from './subgraph-executor.ts';
import type { SubgraphTransport } from './transport.ts';
import { inProcessTransport } from './transport-in-process.ts';
import type { Viewer } from './viewer.ts';
import { type ViewerVerifier, viewerHeader } from './viewer-token.ts';

export type Headers = Readonly<Record<string, string | undefined>>;

/** What a request brings to a subgraph. */
export type Caller = {
  viewer: Viewer | null;
  correlationId: string;
  /** What other subgraphs are told that are called meanwhile: deadline and trace. */
  received: Headers;
};

/** Makes the context of one operation, or of one event of a subscription. */
export type NewContext = () => object;

/** A running subgraph: a schema that can be served in this process or over HTTP. */
export type Subgraph = {
  name: string;
  schema: GraphQLSchema;
  /** Parses, validates and compiles operations, once each. */
  prepare: Prepare;
  /** Verifies who calls, and that the caller still waits. @throws UNAUTHENTICATED, DEADLINE_EXCEEDED */
  connect(headers: Headers): Promise<NewContext>;
  /** Function calls in place of HTTP. */
  transport: SubgraphTransport;
  /** Resolves when it can answer queries, and rejects with the reason when it cannot. */
  ready(): Promise<void>;
  stop(): Promise<void>;
};

export type SubgraphOptions<Context extends object> = {
  name: string;
  typeDefs: DocumentNode;
  /** By type; see `mergeResolvers`. */
  resolvers: Record<string, object>;
  verifyViewer: ViewerVerifier;
  /** Called anew for each operation and each event, so that loaders live no longer than that. */
  createContext: (caller: Caller) => Context;
  ready: () => Promise<void>;
  stop: () => Promise<void>;
};

export function createSubgraph<Context extends object>(options: SubgraphOptions<Context>): Subgraph {
  const { name, typeDefs, resolvers, verifyViewer, createContext, ready, stop } = options;
  const declared = new Set<string>();
  const scalars: string[] = [];
  for (const definition of typeDefs.definitions) {
    if ('name' in definition && definition.name) declared.add(definition.name.value);
    if (definition.kind === Kind.SCALAR_TYPE_DEFINITION) scalars.push(definition.name.value);
  }
  const shared = Object.entries(sharedResolvers).filter(([type]) => declared.has(type));
  const all = { ...Object.fromEntries(shared), ...resolvers, ...scalarResolvers(scalars) };
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: all as GraphQLResolverMap<Context> }]);

  const connect = async (headers: Headers): Promise<NewContext> => {
    refuseWhenLate(headers[deadlineHeader]);
    const viewer = await verifyViewer(headers[viewerHeader]);
    const caller = { viewer, correlationId: headers[correlationHeader] ?? 'none', received: headers };
    return () => createContext(caller);
  };

  const prepare = preparedTexts(schema);
  return {
    name,
    schema,
    prepare,
    connect,
    transport: inProcessTransport(subgraphExecutor(prepare, schema, connect)),
    ready,
    stop,
  };
}

export const correlationHeader = 'x-correlation-id';
