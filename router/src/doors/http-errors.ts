import { errorCatalogue } from '@meridian/kernel/errors';
import type { Logger } from '@meridian/kernel/logger';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';
import type { FormatError } from '../security/mask-errors.ts';
import { correlationHeader } from '../telemetry/correlation.ts';
import { graphqlResponseType } from './response-status.ts';

const statuses: Readonly<Record<string, readonly [number, string]>> = errorCatalogue;

/** A request that never became an operation, answered in the shape of GraphQL. */
export function sendErrors(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  const type = reply.request.headers.accept?.includes(graphqlResponseType)
    ? graphqlResponseType
    : 'application/json';
  return reply
    .code(status)
    .header('content-type', `${type}; charset=utf-8`)
    .send(`${JSON.stringify({ errors: [{ message, extensions: { code } }] })}\n`);
}

/** Whatever a handler throws, as a GraphQL answer: known errors with their status, anything else masked. */
export function handleErrors(
  server: FastifyInstance,
  { formatError, logger }: { formatError: FormatError; logger: Logger },
): void {
  server.setNotFoundHandler((request, reply) =>
    sendErrors(reply, 404, 'NOT_FOUND', `There is nothing at ${request.url.split('?', 1)[0]}`),
  );

  server.setErrorHandler((error: FastifyError | GraphQLError, _request, reply) => {
    if (error instanceof GraphQLError) {
      const code = String(error.extensions['code']);
      if (code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer error="invalid_token"');
      const status = (Object.hasOwn(statuses, code) && statuses[code]?.[0]) || 500;
      return sendErrors(reply, status, code, error.message);
    }
    const { statusCode: status = 500 } = error;
    if (status < 500) return sendErrors(reply, status, 'BAD_REQUEST', error.message);
    const correlationId = String(reply.getHeader(correlationHeader) ?? '');
    logger.error({ correlationId, error }, 'a request broke');
    const { message } = formatError({ message: error.message }, { correlationId });
    return sendErrors(reply, status, 'INTERNAL_SERVER_ERROR', message);
  });
}
