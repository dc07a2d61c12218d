import { randomUUID } from 'node:crypto';
import type { Logger } from '@meridian/kernel/logger';
import { receiveTrace } from '@meridian/kernel/trace-context';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { EventSource, PreparedSubscription, Result, Variables } from '../engine/engine.ts';
import { readAnswer } from '../engine/execute/answer.ts';
import type { Caller, Callers } from '../security/callers.ts';
import { type FormatError, isExpected } from '../security/mask-errors.ts';
import { correlationHeader } from '../telemetry/correlation.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import type { backoff } from './backoff.ts';
import { canonical } from './canonical.ts';
import type { EndReason } from './end-reasons.ts';
import { type Frame, frameOf, gapFrame } from './frame.ts';
import { inOrder } from './in-order.ts';
import type { Reader } from './reader.ts';
import { type RecentFrames, type RecentLimits, recentFrames } from './recent-frames.ts';
import { followUpstream, type Upstream } from './upstream.ts';

/** What every broadcast of a router works with. */
export type BroadcastEnvironment = {
  callers: Callers;
  formatError: FormatError;
  /** By subgraph name, as it is reached now; asked on every connect, because a reload may move a subgraph. */
  transportOf(subgraph: string): SubgraphTransport | undefined;
  logger: Logger;
  metrics: Pick<RouterMetrics, 'upstreams' | 'streamsLost' | 'joins' | 'joinSeconds' | 'gaps'>;
  wait?: typeof backoff;
  /** What each broadcast keeps for those who come again after a moment. @default 100 frames, 64 KiB */
  kept?: RecentLimits;
};

type BroadcastOptions = {
  operation: PreparedSubscription;
  /** Coerced. */
  variables: Variables;
  /** One of those who share it, who are all alike to subgraphs. */
  caller: Caller;
  /** The cursor after which to begin; undefined for from now on. */
  after: string | undefined;
  environment: BroadcastEnvironment;
  /** It has come to another cursor. */
  onProgress(): void;
  /** It has ended: nobody reads it any more, or the subgraph has no more. */
  onOver(): void;
};

export type Broadcast = {
  readonly readers: ReadonlySet<Reader>;
  readonly recent: Pick<RecentFrames, 'reaches' | 'last'>;
  isResumable(): boolean;
  /** @param after a cursor that `recent` reaches, or undefined for from now on */
  add(reader: Reader, after?: string): void;
  /** The last to leave ends it. */
  remove(reader: Reader): void;
  /** Some reader has nothing waiting any more. */
  caughtUp(): void;
  operation(): PreparedSubscription;
  /** Goes on with another preparation of the operation; the upstream stays where it would be the same. */
  replace(operation: PreparedSubscription, variables: Variables): void;
  end(reason?: EndReason): void;
};

/** Events of one subscription that are joined at the same time. */
const joinsAtOnce = 8;
const keptByDefault: RecentLimits = { frames: 100, bytes: 65_536 };

/** One stream from a subgraph, one join and one text per event, for all who ask for the same and are alike to subgraphs. */
export function createBroadcast(options: BroadcastOptions): Broadcast {
  const { after, environment, onProgress, onOver } = options;
  const { callers, logger, metrics, formatError, transportOf, wait, kept = keptByDefault } = environment;
  // It belongs to no single request: its calls and errors carry an id and a trace of their own.
  const caller: Caller = {
    ...options.caller,
    explain: false,
    correlationId: randomUUID(),
    trace: receiveTrace({}),
  };
  const readers = new Set<Reader>();
  const recent = recentFrames(kept, after);
  const line = inOrder(joinsAtOnce);
  let isOver = false;
  let room = Promise.withResolvers<void>();
  let release = options.operation.hold();
  let stage = begin(options.operation, options.variables, after);

  function begin(operation: PreparedSubscription, variables: Variables, position: string | undefined) {
    const source = operation.source(variables);
    const transport = transportOf(source.subgraph);
    const stop = new AbortController();
    metrics.upstreams.inc();
    const upstream = followUpstream({
      source,
      after: position,
      transport: () => transportOf(source.subgraph),
      headers: async () => {
        // The connection to the subgraph may be shared by streams of other callers who are alike.
        const { [correlationHeader]: _mine, ...shared } = await callers.headersFor(caller);
        return shared;
      },
      signal: stop.signal,
      logger,
      mayPass: ({ extensions }) => !isExpected(extensions),
      onEvent,
      onPosition: (cursor) =>
        void line.add(Promise.resolve(), () => {
          recent.skipTo(cursor);
          for (const reader of readers) reader.skipTo(cursor);
          onProgress();
        }),
      onGap: () => gap('lost'),
      onLost: () => metrics.streamsLost.inc({ subgraph: source.subgraph }),
      ...(wait && { wait }),
    });
    const begun: Stage = { operation, variables, source, transport, stop, upstream };
    void upstream.ended.then((errors) => {
      metrics.upstreams.dec();
      if (begun !== stage || isOver) return;
      const reason = errors && readAnswer({ errors }, source.subgraph).errors;
      void line.add(Promise.resolve(), () =>
        end(reason?.map(({ message, extensions }) => formatError({ message, extensions }, caller))),
      );
    });
    return begun;
  }

  function onEvent(event: Result, cursor: string | undefined): Promise<void> | undefined {
    const full = line.add(join(event, cursor), deliver);
    // One that catches up goes at the pace of its quickest reader; where it is live, who is slow is dealt with.
    const isHeldUp = after !== undefined && readers.size > 0 && [...readers].every((each) => each.isBehind());
    if (!isHeldUp) return full;
    room = Promise.withResolvers();
    return room.promise.then(() => full);
  }

  async function join(event: Result, cursor: string | undefined): Promise<Frame> {
    const { operation, variables } = stage;
    const stopTimer = metrics.joinSeconds.startTimer();
    try {
      const result = await operation.join(event, variables, await callers.contextFor(caller));
      return frameOf(result, cursor);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const broken = { message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
      return frameOf({ data: null, errors: [formatError(broken, caller)] }, cursor);
    } finally {
      metrics.joins.inc();
      stopTimer();
    }
  }

  function deliver(frame: Frame): void {
    if (isOver) return;
    if (stage.source.resume) recent.add(frame);
    const now = Date.now();
    for (const reader of readers) reader.deliver(frame, now);
    onProgress();
  }

  function gap(why: 'lost' | 'moved'): void {
    metrics.gaps.inc({ why });
    void line.add(Promise.resolve(gapFrame(null)), deliver);
  }

  function end(reason?: EndReason): void {
    if (isOver) return;
    isOver = true;
    stage.stop.abort();
    room.resolve();
    void line.settled().then(release);
    onOver();
    for (const reader of readers) reader.end(reason);
  }

  return {
    readers,
    recent,
    isResumable: () => stage.source.resume !== undefined,
    add(reader, from) {
      readers.add(reader);
      reader.skipTo(from ?? recent.last());
      if (from === undefined) return;
      const now = Date.now();
      for (const frame of recent.after(from)) reader.deliver(frame, now);
    },
    remove(reader) {
      readers.delete(reader);
      room.resolve();
      if (readers.size === 0) end();
    },
    caughtUp: () => room.resolve(),
    operation: () => stage.operation,
    replace(operation, variables) {
      // What is being joined needs the one before still.
      void line.settled().then(release);
      release = operation.hold();
      const { source, transport } = stage;
      const next = operation.source(variables);
      const same = canonical(source) === canonical({ ...next, resume: source.resume && next.resume });
      if (same && transport === transportOf(next.subgraph)) {
        stage.operation = operation;
        stage.variables = variables;
        return;
      }
      const before = stage;
      stage = begin(operation, variables, before.upstream.position());
      before.stop.abort();
      room.resolve();
      if (!stage.source.resume) gap('moved');
    },
    end,
  };
}

/** A preparation of the operation, and the upstream that it reads. */
type Stage = {
  operation: PreparedSubscription;
  variables: Variables;
  source: EventSource;
  transport: SubgraphTransport | undefined;
  stop: AbortController;
  upstream: Upstream;
};
