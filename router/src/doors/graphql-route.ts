import { HeaderMap } from '@apollo/server';
import type { Logger } from '@meridian/kernel/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { takeOut } from '../engine/written.ts';
import type { Callers } from '../security/callers.ts';
import { correlationHeader } from '../telemetry/correlation.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import {
  noteResult,
  noteTrace,
  type OperationRecord,
  operationRecord,
  recordOperation,
} from '../telemetry/operation-log.ts';
import type { ApolloDoor } from './apollo.ts';
import type { Exchange } from './exchange.ts';
import { badRequest, sendError } from './http-errors.ts';
import { graphqlResponseType, responseStatus } from './response-status.ts';
import type { ShortLane } from './short-lane.ts';
import { acceptsJson, askedStream } from './streams/asked-stream.ts';
import type { StreamDoor } from './streams/stream-door.ts';

type GraphqlRoute = {
  apollo: ApolloDoor;
  lane: ShortLane;
  callers: Callers;
  logger: Logger;
  metrics: RouterMetrics;
  streams: StreamDoor;
};

/** `/graphql` over HTTP: who asks, then a stream, the short lane or the full pipeline, then one line in the log. */
export function graphqlRoute(
  server: FastifyInstance,
  { apollo, lane, streams, callers, logger, metrics }: GraphqlRoute,
): void {
  const records = new WeakMap<FastifyRequest, OperationRecord>();

  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    // Before the body is read, so that one that cannot be read has its line in the log too.
    onRequest: (request, reply, done) => {
      const record = operationRecord('http', String(reply.getHeader(correlationHeader)));
      records.set(request, record);
      reply.header('cache-control', 'no-store');
      reply.raw.once('close', () => {
        if (records.has(request)) recordOperation(metrics, logger, record, reply.statusCode);
      });
      done();
    },
    handler,
  });
  server.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
    url: '/graphql',
    handler: (request, reply) => {
      reply.header('allow', 'GET, POST');
      if (request.method === 'OPTIONS') return reply.code(204).send();
      return sendError(reply, 405, badRequest('Use GET or POST'));
    },
  });

  async function handler(request: FastifyRequest, reply: FastifyReply) {
    const record = records.get(request);
    if (!record) throw new Error('a request came in without its record');
    const { headers, method, body } = request;
    if (method === 'POST' && !acceptsJson(headers.accept) && !askedStream(headers.accept))
      return sendError(reply, 406, badRequest(`Accept \`application/json\` or \`${graphqlResponseType}\``));
    const caller = await callers.identify({ ...headers, [correlationHeader]: record.correlationId });
    noteTrace(record, caller.trace);
    const exchange: Exchange = { caller, record, signal: hangUp(reply) };
    const { accept } = headers;

    const streamed = await streams.answer(request, reply, exchange);
    if (streamed === 'subscription') records.delete(request);
    if (streamed) return reply;

    const short = method === 'POST' ? await lane(body, accept, exchange) : undefined;
    if (short) {
      const { contentType, result } = short;
      reply.header('content-type', contentType);
      if ('bytes' in result) {
        record.outcome = 'ok';
        // Not returned, since this function's promise would keep them.
        return reply.send(takeOut(result));
      }
      noteResult(record, result);
      const { errors, data, extensions } = result;
      reply.code(responseStatus(result, contentType) ?? 200);
      return `${JSON.stringify({ errors, data, extensions })}\n`;
    }

    const response = await apollo.handle(
      { method, headers: headerMap(headers), search: searchOf(request.url), body },
      exchange,
    );
    const contentType = response.headers.get('content-type');
    if (exchange.result) noteResult(record, exchange.result);
    else if (response.status === undefined) record.outcome = 'ok'; // the landing page
    for (const [name, value] of response.headers) reply.header(name, value);
    // Apollo executes before it finds that the client accepts no answer.
    const settled =
      response.status === 406 ? 406 : exchange.result && responseStatus(exchange.result, contentType);
    reply.code(settled ?? response.status ?? 200);
    if (response.body.kind !== 'complete') throw new Error('incremental delivery is not served here');
    return response.body.string;
  }
}

/** Aborts when the connection closes before the answer is out. */
function hangUp(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('the client hung up'));
  });
  return controller.signal;
}

function headerMap(headers: FastifyRequest['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  return map;
}

const searchOf = (url: string): string => (url.includes('?') ? url.slice(url.indexOf('?')) : '');
