import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { mapStream, streamOf as streamOfOne } from '@meridian/kernel/streams';
import type { SubgraphResponse, SubgraphTransport } from '@meridian/kernel/transport';
import { GraphQLError } from 'graphql';
import type { PreparedSubscription, Result } from '../engine/engine.ts';
import { type Caller, createCallers } from '../security/callers.ts';
import { errorMask } from '../security/mask-errors.ts';
import type { EndReason } from '../subscriptions/end-reasons.ts';
import { createLiveStreams } from '../subscriptions/live-streams.ts';
import { routerMetrics } from '../telemetry/metrics.ts';
import { operationRecord } from '../telemetry/operation-log.ts';
import { demoLog } from './demo-log.ts';

type Who = { viewer?: string; scopes?: string[] };
type Reading = Who & {
  after?: string;
  id?: string;
  /** Frames that the client takes until `take` says otherwise. @default all */
  room?: number;
};
type Options = {
  maxQueuedEvents?: number;
  /** Frames that a broadcast remembers. */
  frames?: number;
  /** Turns of the event loop that the next join takes. */
  delay?: () => number;
};

/** Live streams of a log in memory, by a subscription that no engine prepared. */
export function liveDemo({ maxQueuedEvents = 256, frames = 100, delay = () => 0 }: Options = {}) {
  const log = demoLog();
  const logger = createLogger('router', 'silent');
  const joins: Result[] = [];
  const held: (() => void)[] = [];
  let isHeld = false;
  let holds = 0;

  const prepared = (): PreparedSubscription => ({
    kind: 'subscription',
    planner: 'apollo',
    isDrawn: false,
    coerce: (variables = {}) => ({ variables }),
    hold() {
      holds++;
      return () => void holds--;
    },
    source: ({ after, ...variables }) => ({
      ...{ subgraph: 'stock', query: 'subscription', operationName: undefined, variables, shared: variables },
      resume: {
        variable: '__after',
        initial: after as string | undefined,
        cursorOf: ({ data }) => data?.['cursor'] as string | undefined,
      },
    }),
    joinVariables: () => ({}),
    async join(event) {
      joins.push(event);
      if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
      for (let turns = delay(); turns > 0; turns--) await nextTurn();
      return { data: { step: event.data?.['step'] } };
    },
  });

  let served = prepared();

  const connect = (): SubgraphTransport => ({
    execute: async () => ({}),
    subscribe: ({ variables = {} }) => streamOf(log, variables as { __after?: string; id?: string }),
    close: async () => {},
  });
  let transport = connect();

  const callers = createCallers({
    auth: undefined,
    production: false,
    viewerSecret: undefined,
    forwardHeaders: [],
    requestTimeoutMs: 1_000,
  });
  const metrics = routerMetrics(createMetrics('test'));
  const streams = createLiveStreams({
    callers,
    logger,
    engine: {
      prepare() {
        served = prepared();
        return { operation: served, cache: 'hit' };
      },
    },
    formatError: errorMask({ production: false, logger }),
    transportOf: () => transport,
    metrics,
    limits: { maxQueuedEvents, maxQueuedBytes: 1_000_000 },
    wait: async () => {},
    kept: { frames, bytes: 1_000_000 },
  });
  const callerOf = ({ viewer = 'ada', scopes = [] }: Who): Caller => ({
    viewer: { id: viewer, scopes: new Set(scopes) },
    ...{
      expiresAt: null,
      explain: false,
      correlationId: 'test',
      forwarded: {},
      trace: { traceId: '', spanId: '' } as never,
    },
  });

  return {
    ...{ log, streams, joins, held },
    /** Streams that are followed. */
    upstreams: async () => (await metrics.upstreams.get()).values[0]?.value,
    /** Preparations that somebody says are in use. */
    holds: () => holds,
    /** Joins from now on wait until they are let go, one by one. */
    holdJoins() {
      isHeld = true;
    },
    /** The subgraph is reached in another way from now on. */
    move() {
      transport = connect();
    },
    read({ after, id, room = Number.POSITIVE_INFINITY, ...who }: Reading = {}) {
      const steps: number[] = [];
      const texts: string[] = [];
      const ends: (EndReason | undefined)[] = [];
      const given = { ...(after && { after }), ...(id && { id }) };
      let left = room;
      const stream = streams.open(
        {
          ...{ query: 'subscription', operationName: undefined, operation: served },
          ...{ given, variables: given, caller: callerOf(who), record: operationRecord('websocket', 'test') },
        },
        {
          next({ text }) {
            left--;
            texts.push(text);
            steps.push(JSON.parse(text).data?.step ?? text);
          },
          end: (reason) => void ends.push(reason),
          isFull: () => left <= 0,
          waiting: { bytes: 0 },
        },
      );
      return {
        ...{ stream, steps, texts, ends },
        take(more: number) {
          left += more;
          stream.drained();
        },
        renew: (other: Who) => stream.renew(callerOf(other)),
      };
    },
  };
}

export type LiveDemo = ReturnType<typeof liveDemo>;

/** As a subgraph streams it: positions first, refusals as errors without data. */
function streamOf(
  log: ReturnType<typeof demoLog>,
  { __after: after, id }: { __after?: string; id?: string },
): AsyncIterableIterator<SubgraphResponse> {
  const position = { extensions: { position: log.end() } };
  try {
    const events = mapStream(log.stream(after, id), async ({ stockLog }) => ({ data: { ...stockLog } }));
    return after === undefined ? startingWith<SubgraphResponse>(position, events) : events;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const refusal = { errors: [error.toJSON()] };
    return streamOfOne(async () => refusal);
  }
}

function startingWith<Item>(first: Item, rest: AsyncIterableIterator<Item>): AsyncIterableIterator<Item> {
  let isTold = false;
  const stream: AsyncIterableIterator<Item> = {
    ...rest,
    [Symbol.asyncIterator]: () => stream,
    async next() {
      if (isTold) return rest.next();
      isTold = true;
      return { done: false, value: first };
    },
  };
  return stream;
}
