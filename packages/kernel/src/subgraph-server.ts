import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Operation } from './execution/compile-operation.ts';
import { leanLane } from './lean-lane.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { isErrors } from './prepared-texts.ts';
import { isWindowed, streamWindowHeader, takenIn, windowedStream, windowIn } from './stream-window.ts';
import { correlationHeader, type Headers, type Subgraph } from './subgraph.ts';
import { subscribeOperation } from './subgraph-executor.ts';
import { traceIdOf } from './trace-context.ts';
import { withoutSchemas } from './without-schemas.ts';

export type SubgraphServerOptions = {
  subgraph: Subgraph;
  port: number;
  host: string;
  logger: Logger;
  metrics: Metrics;
  /** Introspection is for people who develop against one subgraph. */
  introspection: boolean;
};

/** What one operation over graphql-ws runs with. */
type StreamContext = { headers: Headers; window: number | null; operation: Operation };

export type RunningServer = { url: string; stop(): Promise<void> };

/** Serves one subgraph: `/graphql` over HTTP and graphql-ws, `/health/live`, `/health/ready` and `/metrics`. */
export async function serveSubgraph(options: SubgraphServerOptions): Promise<RunningServer> {
  const { subgraph, port, host, logger, metrics, introspection } = options;
  const { schema } = subgraph;
  const app = Fastify({
    bodyLimit: 5_000_000,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    schemaController: withoutSchemas,
    // Looking for such names costs as much as parsing. Operations read the variables that they declare, by name.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  });
  app.addHook('onResponse', ({ headers, url }, { statusCode, elapsedTime }, done) => {
    done();
    if (url !== '/graphql' || !logger.isLevelEnabled('info')) return;
    const correlationId = headers[correlationHeader];
    const traceId = traceIdOf(headers['traceparent']);
    logger.info({ correlationId, traceId, status: statusCode, ms: Math.round(elapsedTime) }, 'request');
  });

  const apollo = new ApolloServer({
    schema,
    introspection,
    csrfPrevention: false, // Only routers come here: no browser, no cookie.
    includeStacktraceInErrorResponses: false,
    stringifyResult: (result) => JSON.stringify(result), // Without a last newline, as the lean lane.
    plugins: [
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(), // It would wrap every resolver of the schema, for the lean lane too.
    ],
    logger,
  });
  await apollo.start();
  const general = fastifyApolloHandler(apollo, {
    context: async ({ headers }) => (await subgraph.connect(headers as Headers))(),
  });
  const lean = leanLane(subgraph);
  app.get('/graphql', general);
  app.post('/graphql', async function (request, reply) {
    const answer = await lean(request.body, request.headers as Headers);
    if (answer === null) return general.call(this, request, reply);
    return reply.type('application/json; charset=utf-8').send(answer);
  });
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_, reply) => {
    try {
      await subgraph.ready();
      return { status: 'ok' };
    } catch (error) {
      logger.warn({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'unavailable' });
    }
  });
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));

  const sockets = new WebSocketServer({ server: app.server, path: '/graphql', maxPayload: 1_000_000 });
  const events = useServer(
    {
      schema,
      onConnect({ connectionParams }) {
        const size = windowIn(connectionParams);
        return size === null ? true : { [streamWindowHeader]: size };
      },
      onPong({ subscriptions }, payload) {
        const taken = takenIn(payload);
        const stream = taken && subscriptions[taken.id];
        if (isWindowed(stream)) stream.taken(taken?.frames ?? 0);
      },
      // Prepared once for each text, as for POSTs: thousands of streams may differ in their variables alone.
      onSubscribe({ connectionParams }, _id, { query, operationName, variables }) {
        const prepared = subgraph.prepare(query);
        if (isErrors(prepared)) return prepared;
        const contextValue: StreamContext = {
          headers: lowerCase(connectionParams ?? {}),
          window: windowIn(connectionParams),
          operation: prepared.operation(operationName),
        };
        return {
          schema,
          document: prepared.document,
          operationName,
          variableValues: variables,
          contextValue,
        };
      },
      subscribe: (args) => {
        const { headers, window, operation } = args.contextValue as StreamContext;
        const frames = subscribeOperation({
          schema,
          document: args.document,
          operation,
          request: {
            operationName: args.operationName ?? undefined,
            variables: args.variableValues ?? undefined,
            headers,
          },
          connect: subgraph.connect,
        });
        const events: AsyncIterable<unknown> = window === null ? frames : windowedStream(frames, window);
        return events as AsyncIterable<ExecutionResult>;
      },
      // Its errors are formatted already: as they are, or graphql-ws calls a method that plain errors do not have.
      onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    },
    sockets,
  );

  await app.listen({ port, host });
  const address = app.server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host === '0.0.0.0' ? 'localhost' : host}:${bound}/graphql`,
    async stop() {
      await events.dispose();
      await apollo.stop();
      await app.close();
      await subgraph.stop();
    },
  };
}

/** A router sends what would be HTTP headers as connection parameters. */
const lowerCase = (params: Readonly<Record<string, unknown>>): Headers =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
    ),
  );
