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
    this.#events?.return?.().catch(() => {});
  }

  async #follow(): Promise<readonly GraphQLFormattedError[] | undefined> {
    const { logger, wait = backoff } = this.#environment;
    const { subgraph, resume } = this.#source;
    for (; !this.#isStopped; this.#failures++) {
      try {
        return await this.#read();
      } catch (error) {
        if (this.#isStopped) return undefined;
        const reason = error instanceof Error ? error.message : '';
        logger.warn({ subgraph, failures: this.#failures, reason }, 'stream lost');
        this.#follower.onLost(subgraph);
        this.#gapIsDue = this.#position === undefined || !resume;
      } finally {
        clearTimeout(this.#settling);
      }
      this.#pause = new AbortController();
      await wait(this.#failures, this.#pause.signal);
    }
    return undefined;
  }

  /** Gives the reason where the subgraph ends the stream by an error; throws where it may be tried again. */
  async #read(): Promise<readonly GraphQLFormattedError[] | undefined> {
    const headers = await this.#follower.headers();
    if (this.#isStopped) return undefined;
    this.#events = this.#connect(headers);
    for await (const event of this.#events) {
      if (this.#isStopped) return undefined;
      const passed = positionOf(event);
      if (passed !== undefined) {
        this.#isOpen();
        this.#position = passed;
        this.#follower.onPosition(passed);
      } else if (isRefusal(event)) {
        const errors = event.errors ?? [];
        if (errors.every(mayPass) && this.#failures < mostRefusals) throw new Error(errors[0]?.message);
        return errors;
      } else {
        this.#isOpen();
        const room = this.#tell(event);
        if (room) await room;
      }
    }
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
