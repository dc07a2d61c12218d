import { errorCatalogue } from '@meridian/kernel/errors';
import type { Logger } from '@meridian/kernel/logger';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { correlationHeader } from '../telemetry/correlation.ts';
import { graphqlResponseType } from './response-status.ts';

const statuses: Readonly<Record<string, readonly [number | null, string]>> = errorCatalogue;

/** A request that never became an operation, answered in the shape of GraphQL. */
export function sendError(reply: FastifyReply, status: number, error: GraphQLFormattedError): FastifyReply {
  const type = reply.request.headers.accept?.includes(graphqlResponseType)
    ? graphqlResponseType
    : 'application/json';
  return reply
    .code(status)
    .header('content-type', `${type}; charset=utf-8`)
    .send(`${JSON.stringify({ errors: [error] })}\n`);
}

export const badRequest = (message: string): GraphQLFormattedError => ({
  message,
  extensions: { code: 'BAD_REQUEST' },
});

/** Whatever a handler throws, as a GraphQL answer: known errors with their status, anything else masked. */
export function handleErrors(
  server: FastifyInstance,
  { production, logger }: { production: boolean; logger: Logger },
): void {
  server.setNotFoundHandler((request, reply) => {
    const message = `There is nothing at ${request.url.split('?', 1)[0]}`;
    return sendError(reply, 404, { message, extensions: { code: 'NOT_FOUND' } });
  });

  server.setErrorHandler((error: FastifyError | GraphQLError, _request, reply) => {
    if (error instanceof GraphQLError) {
      const code = String(error.extensions['code']);
      if (code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer error="invalid_token"');
      const status = (Object.hasOwn(statuses, code) && statuses[code]?.[0]) || 500;
      return sendError(reply, status, error.toJSON());
    }
    const { statusCode: status = 500 } = error;
    if (status < 500) return sendError(reply, status, badRequest(error.message));
    const correlationId = reply.getHeader(correlationHeader);
    logger.error({ correlationId, err: error }, 'a request broke');
    const message = production ? 'Internal server error' : error.message;
    return sendError(reply, status, {
      message,
      extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId },
    });
  });
}
