import type { Logger } from '@meridian/kernel/logger';
import { streamPositionHeader } from '@meridian/kernel/stream-positions';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { GraphQLFormattedError } from 'graphql';
import type { EventSource, Result } from '../engine/engine.ts';
import { getOwn, isData } from '../engine/execute/own.ts';
import { isExpected } from '../security/mask-errors.ts';
import { backoff } from './backoff.ts';

/** How often a stream that a subgraph refuses for a reason that may pass is asked for again: about ten seconds. */
const mostRefusals = 8;
/** A stream that has stood this long without an event is taken for open. */
const settledMs = 1_000;

/** Who reads an upstream. */
export type Follower = {
  /** Asked on every connect, because signed viewers expire. */
  headers(): Promise<Record<string, string>>;
  /** A promise says when the next event may come. */
  onEvent(event: Result, cursor: string | undefined): Promise<void> | undefined;
  /** Events up to this cursor have been looked at, and none was for us. */
  onPosition(cursor: string): void;
  /** The stream is there again without a cursor to go on from: what happened meanwhile is missing. */
  onGap(): void;
  onLost(subgraph: string): void;
  /** Nothing comes any more: the subgraph has completed the stream, or refused it with these errors, or nobody listens. */
  onEnded(upstream: Upstream, errors: readonly GraphQLFormattedError[] | undefined): void;
};

type UpstreamOptions = {
  source: EventSource;
  /** The cursor after which to begin. */
  after: string | undefined;
  follower: Follower;
  environment: UpstreamEnvironment;
};

/** What all upstreams have in common. */
export type UpstreamEnvironment = {
  /** By subgraph name, as it is reached now; asked on every connect, because a reload may move a subgraph. */
  transportOf(subgraph: string): SubgraphTransport | undefined;
  logger: Logger;
  wait?: typeof backoff;
};

/**
 * Follows one stream of a subgraph. When its connection is lost it comes again, for as long as somebody listens: after
 * the last cursor, so that nothing is lost or doubled, or with `onGap` where the stream has no cursors.
 */
export class Upstream {
  readonly #source: EventSource;
  readonly #follower: Follower;
  readonly #environment: UpstreamEnvironment;
  #position: string | undefined;
  #failures = 0;
  #gapIsDue = false;
  #settling: NodeJS.Timeout | undefined;
  #isStopped = false;
  /** What is being read, and what is being waited for before it is read again. */
  #events: AsyncIterableIterator<Result> | undefined;
  #pause: AbortController | undefined;
  /** Settles when the subgraph completes the stream, or with its errors when it refuses it. Never rejects. */
  readonly ended: Promise<readonly GraphQLFormattedError[] | undefined>;

  constructor({ source, after, follower, environment }: UpstreamOptions) {
    this.#source = source;
    this.#follower = follower;
    this.#environment = environment;
    this.#position = after;
    this.ended = this.#follow();
  }

  /** The cursor of what came last. */
  position(): string | undefined {
    return this.#position;
  }

  /** Nobody listens any more. */
  stop(): void {
    this.#isStopped = true;
    this.#pause?.abort();
    this.#end();
  }

  /** One function with one loop in another: each that waits in another is half a kilobyte for each stream. */
  async #follow(): Promise<readonly GraphQLFormattedError[] | undefined> {
    let errors: readonly GraphQLFormattedError[] | undefined;
    let isOver = false;
    for (; !isOver && !this.#isStopped; this.#failures++) {
      try {
        const headers = await this.#follower.headers();
        if (this.#isStopped) break;
        this.#events = this.#connect(headers);
        while (!isOver) {
          const { done, value } = await this.#events.next();
          isOver = done === true || this.#isStopped;
          if (isOver) break;
          errors = this.#refusal(value);
          isOver = errors !== undefined;
          const room = isOver ? undefined : this.#take(value);
          if (room) await room;
        }
      } catch (error) {
        if (this.#isStopped) break;
        this.#end();
        this.#lost(error);
        this.#pause = new AbortController();
        await (this.#environment.wait ?? backoff)(this.#failures, this.#pause.signal);
        this.#pause = undefined;
      }
    }
    this.#end();
    this.#follower.onEnded(this, errors);
    return errors;
  }

  #lost(error: unknown): void {
    const { subgraph, resume } = this.#source;
    const reason = error instanceof Error ? error.message : '';
    this.#environment.logger.warn({ subgraph, failures: this.#failures, reason }, 'stream lost');
    this.#follower.onLost(subgraph);
    this.#gapIsDue = this.#position === undefined || !resume;
  }

  /** Also where it has ended by itself: whoever opened it learns so that nobody reads it any more. */
  #end(): void {
    clearTimeout(this.#settling);
    this.#events?.return?.().catch(() => {});
    this.#events = undefined;
  }

  /** Why the subgraph does not give the stream, if it does not; throws where it may be tried again. */
  #refusal(event: Result): readonly GraphQLFormattedError[] | undefined {
    if (!isRefusal(event)) return undefined;
    const errors = event.errors ?? [];
    if (errors.every(mayPass) && this.#failures < mostRefusals) throw new Error(errors[0]?.message);
    return errors;
  }

  /** Gives a promise where the next is to come later only. */
  #take(event: Result): Promise<void> | undefined {
    this.#isOpen();
    const passed = positionOf(event);
    if (passed === undefined) return this.#tell(event);
    this.#position = passed;
    this.#follower.onPosition(passed);
    return undefined;
  }

  #connect(own: Record<string, string>): AsyncIterableIterator<Result> {
    const { subgraph, query, operationName, variables, resume } = this.#source;
    const transport = this.#environment.transportOf(subgraph);
    if (!transport) throw new Error('the router has no way to reach it');
    if (this.#gapIsDue) this.#settling = setTimeout(() => this.#isOpen(), settledMs);
    return transport.subscribe({
      query,
      operationName,
      variables:
        resume && this.#position !== undefined
          ? { ...variables, [resume.variable]: this.#position }
          : variables,
      headers: resume ? { ...own, [streamPositionHeader]: '1' } : own,
    });
  }

  #tell(event: Result): Promise<void> | undefined {
    const cursor = this.#source.resume?.cursorOf(event);
    if (cursor !== undefined && cursor === this.#position) return undefined;
    this.#position = cursor ?? this.#position;
    return this.#follower.onEvent(event, cursor);
  }

  #isOpen(): void {
    this.#failures = 0;
    clearTimeout(this.#settling);
    if (!this.#gapIsDue) return;
    this.#gapIsDue = false;
    this.#follower.onGap();
  }
}

/** Whether asking again would help. */
const mayPass = ({ extensions }: GraphQLFormattedError): boolean => !isExpected(extensions);

/** Without data nothing was executed: the subgraph does not give this stream. */
const isRefusal = ({ data, errors }: Result): boolean => data === undefined && (errors?.length ?? 0) > 0;

function positionOf({ data, errors, extensions }: Result): string | undefined {
  if (data !== undefined || errors !== undefined || !isData(extensions)) return undefined;
  const position = getOwn(extensions, 'position');
  return typeof position === 'string' ? position : undefined;
}
