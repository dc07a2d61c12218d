import { receiveTrace } from '@meridian/kernel/trace-context';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { GraphQLFormattedError } from 'graphql';
import type { EventSource, PreparedSubscription, Result, Variables } from '../engine/engine.ts';
import { readAnswer } from '../engine/execute/answer.ts';
import type { Caller, Callers } from '../security/callers.ts';
import type { FormatError } from '../security/mask-errors.ts';
import { correlationHeader, newCorrelationId } from '../telemetry/correlation.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import { canonical } from './canonical.ts';
import type { EndReason } from './end-reasons.ts';
import { type Frame, frameOf, gapFrame } from './frame.ts';
import { InOrder } from './in-order.ts';
import type { Reader, ReaderSource } from './reader.ts';
import { RecentFrames, type RecentLimits } from './recent-frames.ts';
import type { SharedJoins } from './shared-joins.ts';
import { SmallSet } from './small-set.ts';
import { type Follower, Upstream, type UpstreamEnvironment } from './upstream.ts';

/** What every broadcast of a router works with. */
export type BroadcastEnvironment = UpstreamEnvironment & {
  callers: Callers;
  formatError: FormatError;
  metrics: Pick<RouterMetrics, 'upstreams' | 'streamsLost' | 'joins' | 'joinSeconds' | 'gaps'>;
  joins: SharedJoins;
  /** What each broadcast keeps for those who come again after a moment. @default 100 frames, 64 KiB */
  kept?: RecentLimits;
};

/** Who is told where a broadcast is. */
export type BroadcastOwner = {
  /** It has come to another cursor. */
  onProgress(broadcast: Broadcast): void;
  /** It has ended: nobody reads it any more, or the subgraph has no more. */
  onOver(broadcast: Broadcast): void;
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
  owner: BroadcastOwner;
};

/** A preparation of the operation, and the upstream that it reads. */
type Stage = {
  operation: PreparedSubscription;
  variables: Variables;
  source: EventSource;
  transport: SubgraphTransport | undefined;
  upstream: Upstream;
};

/** Events of one subscription that are joined at the same time. */
const joinsAtOnce = 8;
const keptByDefault: RecentLimits = { frames: 100, bytes: 65_536 };

/**
 * One stream from a subgraph, one join and one text per event, for all who ask for the same and are alike to subgraphs.
 * A class like what it is made of: there may be one for each subscriber, and functions of its own would be half its memory.
 */
export class Broadcast implements Follower, ReaderSource {
  readonly recent: RecentFrames;
  readonly #readers = new SmallSet<Reader>();
  readonly #environment: BroadcastEnvironment;
  readonly #owner: BroadcastOwner;
  readonly #caller: Caller;
  /** It belongs to no single request: its calls and errors carry an id and a trace of their own. */
  #own: Caller | undefined;
  readonly #line = new InOrder(joinsAtOnce);
  /** It began in the past, so that it has something to catch up with. */
  readonly #catchesUp: boolean;
  #isOver = false;
  /** Settles when some reader has taken what waited for it; absent while nobody waits for that. */
  #room: PromiseWithResolvers<void> | undefined;
  #release: () => void;
  #stage: Stage;

  constructor({ operation, variables, caller, after, environment, owner }: BroadcastOptions) {
    this.recent = new RecentFrames(environment.kept ?? keptByDefault, after);
    this.#environment = environment;
    this.#owner = owner;
    this.#caller = caller;
    this.#catchesUp = after !== undefined;
    this.#release = operation.hold();
    this.#stage = this.#begin(operation, variables, after);
  }

  get readers(): Iterable<Reader> {
    return this.#readers;
  }

  isResumable(): boolean {
    return this.#stage.source.resume !== undefined;
  }

  operation(): PreparedSubscription {
    return this.#stage.operation;
  }

  /** @param from a cursor that `recent` reaches, or undefined for from now on */
  add(reader: Reader, from?: string): void {
    this.#readers.add(reader);
    reader.source = this;
    reader.skipTo(from ?? this.recent.last());
    if (from === undefined) return;
    const now = Date.now();
    for (const frame of this.recent.after(from)) reader.deliver(frame, now);
  }

  /** The last to leave ends it. */
  remove(reader: Reader): void {
    this.#readers.delete(reader);
    this.caughtUp();
    if (this.#readers.size === 0) this.end();
  }

  /** Some reader has nothing waiting any more. */
  caughtUp(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  /** Goes on with another preparation of the operation; the upstream stays where it would be the same. */
  replace(operation: PreparedSubscription, variables: Variables): void {
    // What is being joined needs the one before still.
    void this.#line.settled().then(this.#release);
    this.#release = operation.hold();
    const { source, transport, upstream } = this.#stage;
    const next = operation.source(variables);
    const same = canonical(source) === canonical({ ...next, resume: source.resume && next.resume });
    if (same && transport === this.#environment.transportOf(next.subgraph)) {
      this.#stage.operation = operation;
      this.#stage.variables = variables;
      return;
    }
    this.#stage = this.#begin(operation, variables, upstream.position());
    upstream.stop();
    this.caughtUp();
    if (!this.isResumable()) this.#gap('moved');
  }

  end(reason?: EndReason): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stage.upstream.stop();
    this.caughtUp();
    void this.#line.settled().then(this.#release);
    this.#owner.onOver(this);
    for (const reader of this.#readers) reader.end(reason);
  }

  async headers(): Promise<Record<string, string>> {
    // The connection to the subgraph may be shared by streams of other callers who are alike.
    const { [correlationHeader]: _mine, ...shared } = await this.#environment.callers.headersFor(
      this.#caller,
    );
    return shared;
  }

  onEvent(event: Result, cursor: string | undefined): Promise<void> | undefined {
    const full = this.#line.add(this.#join(event, cursor), (frame) => this.#deliver(frame));
    // One that catches up goes at the pace of its quickest reader; where it is live, who is slow is dealt with.
    const isHeldUp =
      this.#catchesUp && this.#readers.size > 0 && [...this.#readers].every((each) => each.isBehind());
    if (!isHeldUp) return full;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise.then(() => full);
  }

  onPosition(cursor: string): void {
    void this.#line.add(Promise.resolve(), () => {
      this.recent.skipTo(cursor);
      for (const reader of this.#readers) reader.skipTo(cursor);
      this.#owner.onProgress(this);
    });
  }

  onGap(): void {
    this.#gap('lost');
  }

  onLost(subgraph: string): void {
    this.#environment.metrics.streamsLost.inc({ subgraph });
  }

  onEnded(upstream: Upstream, errors: readonly GraphQLFormattedError[] | undefined): void {
    const { metrics, formatError } = this.#environment;
    metrics.upstreams.dec();
    if (this.#stage.upstream !== upstream || this.#isOver) return;
    const reason = errors && readAnswer({ errors }, this.#stage.source.subgraph).errors;
    void this.#line.add(Promise.resolve(), () =>
      this.end(
        reason?.map(({ message, extensions }) => formatError({ message, extensions }, this.#ownCaller())),
      ),
    );
  }

  #ownCaller(): Caller {
    this.#own ??= {
      ...this.#caller,
      ...{ explain: false, correlationId: newCorrelationId(), trace: receiveTrace({}) },
    };
    return this.#own;
  }

  #begin(operation: PreparedSubscription, variables: Variables, after: string | undefined): Stage {
    const { metrics, transportOf } = this.#environment;
    const source = operation.source(variables);
    const transport = transportOf(source.subgraph);
    metrics.upstreams.inc();
    const upstream = new Upstream({ source, after, follower: this, environment: this.#environment });
    return { operation, variables, source, transport, upstream };
  }

  #join(event: Result, cursor: string | undefined): Promise<Frame> {
    const { callers, joins } = this.#environment;
    const { operation, variables } = this.#stage;
    const identity = callers.identityOf(this.#caller);
    const all = [operation.joinVariables(variables), identity, event];
    return joins(operation, all, () => this.#joinAlone({ operation, variables }, event, cursor));
  }

  async #joinAlone(
    { operation, variables }: Pick<Stage, 'operation' | 'variables'>,
    event: Result,
    cursor: string | undefined,
  ): Promise<Frame> {
    const { metrics, callers, formatError } = this.#environment;
    const stopTimer = metrics.joinSeconds.startTimer();
    try {
      const result = await operation.join(event, variables, await callers.contextFor(this.#ownCaller()));
      return frameOf(result, cursor);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const broken = { message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
      return frameOf({ data: null, errors: [formatError(broken, this.#ownCaller())] }, cursor);
    } finally {
      metrics.joins.inc();
      stopTimer();
    }
  }

  #deliver(frame: Frame): void {
    if (this.#isOver) return;
    if (this.isResumable()) this.recent.add(frame);
    const now = Date.now();
    for (const reader of this.#readers) reader.deliver(frame, now);
    this.#owner.onProgress(this);
  }

  #gap(why: 'lost' | 'moved'): void {
    this.#environment.metrics.gaps.inc({ why });
    void this.#line.add(Promise.resolve(gapFrame(null)), (frame) => this.#deliver(frame));
  }
}
