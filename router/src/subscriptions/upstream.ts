import type { Logger } from '@meridian/kernel/logger';
import { streamPositionHeader } from '@meridian/kernel/stream-positions';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { GraphQLFormattedError } from 'graphql';
import type { EventSource, Result } from '../engine/engine.ts';
import { getOwn, isData } from '../engine/execute/own.ts';
import { backoff } from './backoff.ts';

/** How often a stream that a subgraph refuses for a reason that may pass is asked for again: about ten seconds. */
const mostRefusals = 8;
/** A stream that has stood this long without an event is taken for open. */
const settledMs = 1_000;

type UpstreamOptions = {
  source: EventSource;
  /** The cursor after which to begin. */
  after: string | undefined;
  transport(): SubgraphTransport | undefined;
  /** Asked on every connect, because signed viewers expire. */
  headers(): Promise<Record<string, string>>;
  signal: AbortSignal;
  logger: Logger;
  /** Whether an error of the subgraph says that asking again would help. */
  mayPass(error: GraphQLFormattedError): boolean;
  /** A promise says when the next event may come. */
  onEvent(event: Result, cursor: string | undefined): Promise<void> | undefined;
  /** Events up to this cursor have been looked at, and none was for us. */
  onPosition(cursor: string): void;
  /** The stream is there again without a cursor to go on from: what happened meanwhile is missing. */
  onGap(): void;
  onLost(): void;
  wait?: typeof backoff;
};

export type Upstream = {
  /** The cursor of what came last. */
  position(): string | undefined;
  /** Settles when the subgraph completes the stream, or with its errors when it refuses it. Never rejects. */
  ended: Promise<readonly GraphQLFormattedError[] | undefined>;
};

/**
 * Follows one stream of a subgraph. When its connection is lost it comes again, for as long as somebody listens: after
 * the last cursor, so that nothing is lost or doubled, or with `onGap` where the stream has no cursors.
 */
export function followUpstream(options: UpstreamOptions): Upstream {
  const { source, transport, headers, signal, logger, mayPass, wait = backoff } = options;
  const { subgraph, query, operationName, variables, resume } = source;
  let position = options.after;
  let failures = 0;
  let gapIsDue = false;
  let settling: NodeJS.Timeout | undefined;

  const isOpen = () => {
    failures = 0;
    clearTimeout(settling);
    if (!gapIsDue) return;
    gapIsDue = false;
    options.onGap();
  };

  async function connect(): Promise<AsyncIterableIterator<Result>> {
    const reached = transport();
    if (!reached) throw new Error('the router has no way to reach it');
    const own = await headers();
    if (gapIsDue) settling = setTimeout(isOpen, settledMs);
    return reached.subscribe({
      query,
      operationName,
      variables: resume && position !== undefined ? { ...variables, [resume.variable]: position } : variables,
      headers: resume ? { ...own, [streamPositionHeader]: '1' } : own,
      signal,
    });
  }

  /** Gives the reason where the subgraph ends the stream by an error; throws where it may be tried again. */
  async function read(): Promise<readonly GraphQLFormattedError[] | undefined> {
    for await (const event of await connect()) {
      if (signal.aborted) return undefined;
      const passed = positionOf(event);
      if (passed !== undefined) {
        isOpen();
        position = passed;
        options.onPosition(passed);
      } else if (isRefusal(event)) {
        const errors = event.errors ?? [];
        if (errors.every(mayPass) && failures < mostRefusals) throw new Error(errors[0]?.message);
        return errors;
      } else {
        isOpen();
        const cursor = resume?.cursorOf(event);
        if (cursor !== undefined && cursor === position) continue;
        position = cursor ?? position;
        const room = options.onEvent(event, cursor);
        if (room) await room;
      }
    }
    return undefined;
  }

  async function follow(): Promise<readonly GraphQLFormattedError[] | undefined> {
    for (; !signal.aborted; failures++) {
      try {
        return await read();
      } catch (error) {
        if (signal.aborted) return undefined;
        const reason = error instanceof Error ? error.message : '';
        logger.warn({ subgraph, failures, reason }, 'stream lost');
        options.onLost();
        gapIsDue = position === undefined || !resume;
      } finally {
        clearTimeout(settling);
      }
      await wait(failures, signal);
    }
    return undefined;
  }

  return { position: () => position, ended: follow() };
}

/** Without data nothing was executed: the subgraph does not give this stream. */
const isRefusal = ({ data, errors }: Result): boolean => data === undefined && (errors?.length ?? 0) > 0;

function positionOf({ data, errors, extensions }: Result): string | undefined {
  if (data !== undefined || errors !== undefined || !isData(extensions)) return undefined;
  const position = getOwn(extensions, 'position');
  return typeof position === 'string' ? position : undefined;
}
