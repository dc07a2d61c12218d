// Federated subscriptions as one writes them around `@apollo/gateway`: each client has a stream of its own from the
// subgraph, and for each of its events the gateway's own executor runs the plan.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { operationFromDocument, type Schema } from '@apollo/federation-internals';
import {
  ApolloGateway,
  buildOperationContext,
  executeQueryPlan,
  type GraphQLDataSource,
} from '@apollo/gateway';
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';

type Plan = Parameters<typeof executeQueryPlan>[0];
type Request = Parameters<typeof executeQueryPlan>[2];
type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;
type Fetch = { kind: 'Fetch'; serviceName: string; operation: string };

const [port, supergraph = ''] = process.argv.slice(2);
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraph, 'utf8') });
const { schema } = await gateway.load();
/** What the gateway keeps to itself, since it serves no subscriptions. */
const inner = gateway as unknown as {
  queryPlanner: { buildQueryPlan(operation: unknown): { node: { primary: Fetch; rest?: Plan['node'] } } };
  serviceMap: Record<string, { url: string; dataSource: GraphQLDataSource }>;
  apiSchema: Schema;
  supergraphSchema: GraphQLSchema;
};
const sources = Object.entries(inner.serviceMap);
/** One connection for all streams: the peer is given that much. */
const upstream = createClient({
  url: (inner.serviceMap['orders']?.url ?? '').replace('http', 'ws'),
  webSocketImpl: WebSocket,
});

async function* subscribe(
  document: DocumentNode,
  source: string,
  variables: Record<string, unknown>,
): AsyncGenerator<ExecutionResult> {
  const { primary, rest } = inner.queryPlanner.buildQueryPlan(
    operationFromDocument(inner.apiSchema, document),
  ).node;
  const plan = {
    kind: 'QueryPlan',
    node: { kind: 'Sequence', nodes: rest ? [primary, rest] : [primary] },
  } as Plan;
  const operationContext = buildOperationContext({
    schema,
    operationDocument: document,
    operationName: undefined,
  } as unknown as Parameters<typeof buildOperationContext>[0]);
  const request = {
    request: { query: source, variables },
    source,
    document,
    operation: operationContext.operation,
    context: {},
    metrics: {},
  } as unknown as Request;

  for await (const event of upstream.iterate<Record<string, unknown>>({
    query: primary.operation,
    variables,
  })) {
    const services = sources.map(([name, { dataSource }]) => {
      const isEvent = (query: string | undefined) => query === primary.operation;
      const process: GraphQLDataSource['process'] = async (options) =>
        isEvent(options.request.query)
          ? ({ data: event.data } as unknown as Answer)
          : dataSource.process(options);
      return [name, { process }] as const;
    });
    const result = await executeQueryPlan(
      plan,
      Object.fromEntries(services),
      request,
      operationContext,
      inner.supergraphSchema,
      inner.apiSchema,
    );
    yield result as ExecutionResult;
  }
}

const server = createServer((_request, response) => response.end());
useServer(
  {
    schema,
    context: (_connection, _id, { query }) => ({ query }),
    subscribe: ({ document, contextValue, variableValues }: ExecutionArgs) =>
      subscribe(document, (contextValue as { query: string }).query, { ...variableValues }),
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
server.listen(Number(port), '127.0.0.1');
