import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  HeaderMap,
  type HTTPGraphQLResponse,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { Logger } from '@meridian/kernel/logger';
import type { Engine } from '../engine/engine.ts';
import type { OperationLimits } from '../engine/limits/limits.ts';
import { parseLimited } from '../engine/limits/parse-limited.ts';
import type { FormatError } from '../security/mask-errors.ts';
import { type Exchange, type ExecuteOperation, prepareFor } from './exchange.ts';
import { asGraphQLError, formattedOf } from './formatted-errors.ts';

/** ApolloServer copies its context for every operation, so what is to be written to hangs one level deeper. */
type ApolloContext = { exchange: Pick<Exchange, 'result'> };
type Gateway = ApolloServerOptionsWithGateway<ApolloContext>['gateway'];

export type ApolloDoor = {
  handle(
    request: { method: string; headers: HeaderMap; search: string; body: unknown },
    exchange: Exchange,
  ): Promise<HTTPGraphQLResponse>;
  /** The content type that a client gets who accepts this; undefined where ApolloServer has none for it. */
  contentTypeFor(accept: string): Promise<string | undefined>;
  /** Shows ApolloServer the schema that the engine has now. */
  reload(supergraphSdl: string): void;
  stop(): Promise<void>;
};

type ApolloDoorOptions = {
  engine: Engine;
  execute: ExecuteOperation;
  supergraphSdl: string;
  formatError: FormatError;
  limits: OperationLimits;
  production: boolean;
  logger: Logger;
};

/**
 * ApolloServer's full pipeline (landing page, automatic persisted queries, CSRF prevention) with the engine as its
 * gateway. Parsing for APQ and GET is Apollo's, which reads no more than the engine would: a body of a megabyte took it
 * 0.8 s and 250 MB. Every other check is the engine's, as at any door.
 */
export async function apolloDoor(options: ApolloDoorOptions): Promise<ApolloDoor> {
  const { engine, execute, supergraphSdl, formatError, limits, production, logger } = options;

  let reload = (_supergraphSdl: string) => {};

  const gateway: Gateway = {
    onSchemaLoadOrUpdate(callback) {
      reload = (coreSupergraphSdl) => callback({ apiSchema: engine.schema, coreSupergraphSdl });
      reload(supergraphSdl);
      return () => {};
    },
    load: async () => ({
      async executor({ source, request: { operationName, variables }, context }) {
        const { exchange } = context as { exchange: Exchange };
        const prepared = await prepareFor(engine, exchange.record, source, operationName);
        if ('errors' in prepared) return { errors: prepared.errors.map(asGraphQLError) };
        const { operation } = prepared;
        if (operation.kind === 'subscription') {
          const coerced = operation.coerce(variables);
          const errors = 'errors' in coerced ? coerced.errors : [askForStream];
          return { errors: errors.map(asGraphQLError) };
        }
        const { errors, ...result } = await execute(operation, variables, exchange);
        return errors ? { ...result, errors: errors.map(asGraphQLError) } : result;
      },
    }),
    stop: async () => {},
  };

  const server = new ApolloServer<ApolloContext>({
    gateway,
    logger,
    nodeEnv: production ? 'production' : 'development',
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: limits.tokens + 1 },
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => formattedOf(error) ?? formatError(formatted, undefined),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      production ? ApolloServerPluginLandingPageDisabled() : ApolloServerPluginLandingPageLocalDefault(),
      {
        requestDidStart: async () => ({
          willSendResponse: async ({ contextValue: { exchange }, response: { body }, source, document }) => {
            if (body.kind !== 'single') return;
            // What Apollo did not read to its end is refused in the engine's words.
            const limited = source !== undefined && !document ? parseLimited(source, limits) : undefined;
            if (limited && 'errors' in limited) body.singleResult = limited;
            exchange.result = body.singleResult;
          },
        }),
      },
    ],
  });
  await server.start();

  return {
    handle: (request, exchange) =>
      server.executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context: async () => ({ exchange }) }),
    async contentTypeFor(accept) {
      // It chooses when there is a result, and a text that is no GraphQL is the one that costs least.
      const { status, headers } = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: 'POST',
          headers: new HeaderMap([['content-type', 'application/json'], ...accepts(accept)]),
          search: '',
          body: { query: '{' },
        },
        context: async () => ({ exchange: {} }),
      });
      return status === 406 ? undefined : headers.get('content-type');
    },
    reload: (sdl) => reload(sdl),
    stop: () => server.stop(),
  };
}

const accepts = (accept: string): [string, string][] => (accept === '' ? [] : [['accept', accept]]);

const askForStream = {
  message:
    'Subscriptions are streams: use WebSocket (graphql-transport-ws) at this same URL, or accept `text/event-stream`',
  extensions: { code: 'BAD_REQUEST' },
};
