import { SlowConsumerError } from '@meridian/kernel/event-queue';
import type { Logger } from '@meridian/kernel/logger';
import type { GraphQLFormattedError } from 'graphql';
import type { PreparedSubscription, Result } from '../engine/engine.ts';
import type { Callers } from '../security/callers.ts';
import type { Hub } from '../subscriptions/hub.ts';
import { subscribeOperation } from '../subscriptions/subscribe-operation.ts';
import { correlationHeader } from '../telemetry/correlation.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import { noteResult, recordOperation } from '../telemetry/operation-log.ts';
import { asGraphQLError } from './formatted-errors.ts';
import type { Accepted } from './ws-operations.ts';

export type StreamOptions = {
  hub: Hub;
  callers: Callers;
  metrics: RouterMetrics;
  logger: Logger;
};

/** The stream of frames of one subscription, counted and logged when it ends, whoever ends it. */
export function subscribeFor(
  { hub, callers, metrics, logger }: StreamOptions,
  { operation, variables = {}, caller, record }: Accepted<PreparedSubscription>,
): AsyncIterableIterator<Result> {
  const letGo = operation.hold();
  const frames = subscribeOperation({
    operation,
    variables,
    hub,
    identity: callers.identityOf(caller),
    headers: async () => {
      // The stream is for all who share it, and so is the connection it runs on.
      const { [correlationHeader]: _mine, ...shared } = await callers.headersFor(caller);
      return shared;
    },
    context: () => callers.contextFor(caller),
  });
  record.outcome = 'ok';
  metrics.subscriptions.inc();
  let open = true;
  const over = () => {
    if (!open) return;
    open = false;
    letGo();
    metrics.subscriptions.dec();
    recordOperation(metrics, logger, record);
  };

  const stream: AsyncIterableIterator<Result> = {
    [Symbol.asyncIterator]: () => stream,
    async next() {
      try {
        const frame = await frames.next();
        if (frame.done) over();
        else {
          noteResult(record, frame.value);
          record.events++;
          metrics.events.inc();
        }
        return frame;
      } catch (error) {
        record.outcome = 'error';
        over();
        throw error instanceof SlowConsumerError ? asGraphQLError(tooSlow(error)) : error;
      }
    },
    async return() {
      over();
      await frames.return?.();
      return { done: true, value: undefined };
    },
  };
  return stream;
}

const tooSlow = ({ message }: SlowConsumerError): GraphQLFormattedError => ({
  message: `${message}; subscribe again`,
  extensions: { code: 'SLOW_CONSUMER' },
});
