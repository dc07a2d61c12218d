import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { Engine, PreparedOperation, Variables } from '../../engine/engine.ts';
import type { Callers } from '../../security/callers.ts';
import type { FormatError } from '../../security/mask-errors.ts';
import { noteResult } from '../../telemetry/operation-log.ts';
import type { ClientPlaces } from '../connections/client-places.ts';
import { type Place, refusals, retryAfter, type TooMany } from '../connections/connection-limits.ts';
import { type Exchange, type ExecuteOperation, prepareFor } from '../exchange.ts';
import { badRequest, sendError } from '../http-errors.ts';
import { askedStream } from './asked-stream.ts';
import { couldBeCrossSite } from './cross-site.ts';
import { type LiveResponses, type LiveResponsesOptions, liveResponses } from './live-responses.ts';
import { silentClients } from './silent-clients.ts';
import { streamFormats } from './stream-format.ts';
import { sentOperation } from './stream-request.ts';
import { streamResponse } from './stream-response.ts';

export type StreamDoor = {
  /**
   * Answers a request that asks for a stream. Undefined leaves it to the full pipeline: because it asks for none, takes
   * JSON as well and has no use for a stream, or cannot be answered; that pipeline says why, in the same words as to
   * anybody. The line in the log of a subscription is written where it runs, that of anything else by the caller.
   */
  answer(request: FastifyRequest, reply: FastifyReply, exchange: Exchange): Promise<Answered | undefined>;
  /** Ends every subscription with a word to come again, and waits until clients have taken it or are gone. */
  stop(): Promise<void>;
};

type Answered = 'subscription' | 'other';

type StreamDoorOptions = Omit<LiveResponsesOptions, 'silent'> & {
  engine: Engine;
  execute: ExecuteOperation;
  formatError: FormatError;
  places: ClientPlaces;
  callers: Pick<Callers, 'contextFor'>;
};

/** GraphQL over Server-Sent Events and Apollo's multipart protocol: one operation for each request, of any kind. */
export function streamDoor(options: StreamDoorOptions): StreamDoor {
  const { engine, execute, callers, formatError, places, metrics, heartbeatMs } = options;
  const silent = silentClients(heartbeatMs);
  const subscriptions: LiveResponses = liveResponses({ ...options, silent });

  return {
    async answer(request, reply, exchange) {
      const { headers, method } = request;
      const asked = askedStream(headers.accept);
      const sent = asked && sentOperation(request);
      if (!sent || couldBeCrossSite(headers)) return undefined;
      const { record, caller, signal } = exchange;
      const prepared = await prepareFor(engine, record, sent.query, sent.operationName, () =>
        callers.contextFor(caller),
      );
      const ready = 'operation' in prepared ? coerced(prepared.operation, sent.variables) : prepared;
      if (asked.orJson && !('subscription' in ready)) return undefined;
      if (method === 'GET' && 'query' in ready && ready.query.kind === 'mutation') {
        void sendError(reply.header('allow', 'POST'), 405, badRequest('Mutations need POST'));
        return 'other';
      }

      const door = asked.format;
      record.door = door;
      const place = placeFor(request, caller.viewer?.id);
      if (typeof place === 'string') {
        refuse(reply, place);
        return 'other';
      }
      metrics.connections.inc({ door });
      const onGone = () => {
        metrics.connections.dec({ door });
        place.leave();
      };
      const format = streamFormats[door];
      if (signal.aborted) {
        reply.hijack();
        onGone();
        return 'other';
      }

      if ('subscription' in ready) {
        const { subscription: operation, variables } = ready;
        const after = lastEventId(headers['last-event-id']);
        const { query, operationName, variables: given } = sent;
        const live = { query, operationName, operation, given, variables, after, caller, record };
        subscriptions.start(reply, format, live, onGone);
        return 'subscription';
      }
      const response = streamResponse(reply, format, { heartbeatMs, silent, onDrain() {}, onGone });
      try {
        const result = 'errors' in ready ? ready : await execute(ready.query, ready.variables, exchange);
        noteResult(record, result);
        response.write(format.next({ text: JSON.stringify(result), cursor: undefined }));
        response.end(format.complete);
      } catch (error) {
        // Only a bug comes here, and nobody else can end what has begun: it would stay open as long as its client does.
        const errors = [formatError(failed(error), record)];
        noteResult(record, { errors });
        response.end(format.broken(errors, { retry: false }));
      }
      return 'other';
    },
    stop: subscriptions.stop,
  };

  function placeFor(request: FastifyRequest, viewerId: string | undefined): Place | TooMany {
    const place = places.open(request.raw);
    if (typeof place === 'string' || place.take(viewerId)) return place;
    place.leave();
    return 'viewer';
  }
}

function refuse(reply: FastifyReply, why: TooMany): void {
  const { status, message } = refusals[why];
  void sendError(reply.header('retry-after', retryAfter), status, {
    message,
    extensions: { code: 'TOO_MANY_CONNECTIONS' },
  });
}

function coerced(operation: PreparedOperation, variables: Variables | undefined) {
  if (operation.kind !== 'subscription') return { query: operation, variables };
  const checked = operation.coerce(variables);
  return 'errors' in checked ? checked : { subscription: operation, ...checked };
}

const failed = (error: unknown): GraphQLFormattedError => ({
  message: error instanceof Error ? error.message : String(error),
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
});

/** What an `EventSource` that lost its connection sends: the id of the last event it saw. */
const lastEventId = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && header !== '' ? header : undefined;
