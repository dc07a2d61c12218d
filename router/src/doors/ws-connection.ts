import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '@meridian/kernel/errors';
import { receiveTrace } from '@meridian/kernel/trace-context';
import type { Caller, Callers } from '../security/callers.ts';
import type { ExpiryTimer } from '../security/expiry-timer.ts';
import type { LiveStream } from '../subscriptions/live-streams.ts';
import type { SmallSet } from '../subscriptions/small-set.ts';
import { newCorrelationId } from '../telemetry/correlation.ts';
import type { Place } from './connections/connection-limits.ts';
import { closeCodes } from './ws-close-codes.ts';
import type { SocketOutput } from './ws-output.ts';

/** What we know of one client connection. */
export type SocketExtra = {
  /** Of the upgrade request, and from the sign-in on what `connection_init` said as well. */
  headers: IncomingHttpHeaders;
  place: Place;
  output: SocketOutput;
  /** The socket is closed, which `gone` tells those who work for it, if any do. */
  isGone: boolean;
  gone: AbortController | undefined;
  /** Who is at the other end, once signed in. Each operation has an id and a trace of its own. */
  signedIn: Omit<Caller, 'correlationId' | 'trace'> | undefined;
  /**
   * When the token of each viewer who sends operations here ends, in milliseconds since the epoch, and what watches that;
   * both are there as soon as there is a token.
   */
  tokens: Map<string, number> | undefined;
  expiry: ExpiryTimer | undefined;
  watchExpiry(): ExpiryTimer;
  streams: SmallSet<LiveStream>;
  /** The operations under way, as the protocol library keeps them, and when one was last asked for. */
  running: Readonly<Record<string, unknown>>;
  busyAt: number;
};

/**
 * Signs a connection in by its `connection_init`, or by the headers of its upgrade request where that says nothing.
 * False (close 4403) for a bad token, or when this viewer has too many connections. The connection ends with its token, unless the client renews it.
 */
export async function signIn(
  extra: SocketExtra,
  connectionParams: unknown,
  callers: Callers,
): Promise<boolean> {
  const headers = { ...extra.headers, ...asHeaders(connectionParams) };
  const caller = await callers.identify(headers).catch((error: unknown) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
  if (!caller) return false;
  if (!extra.place.take(caller.viewer?.id)) {
    extra.output.close(closeCodes.tryAgainLater, 'Too many connections of this viewer');
    return false;
  }
  extra.headers = headers;
  extra.signedIn = withoutTrace(caller);
  endWith(extra, caller);
  return true;
}

/**
 * Who sends an operation: the one who signed in, unless the operation brings headers of its own. GraphiQL puts those
 * of its editor into `extensions.headers`, because it connects before they are written.
 * @throws UNAUTHENTICATED
 */
export async function senderOf(extra: SocketExtra, extensions: unknown, callers: Callers): Promise<Caller> {
  if (!extra.signedIn) throw new Error('an operation came before its connection was acknowledged');
  const own = asHeaders(isRecord(extensions) ? extensions['headers'] : undefined);
  let caller: SocketExtra['signedIn'] & object = extra.signedIn;
  if (Object.keys(own).length > 0) {
    const sender = await callers.identify({ ...extra.headers, ...own });
    endWith(extra, sender);
    caller = sender;
  }
  // A connection outlives traces: an operation is part of the one it names itself.
  return { ...caller, correlationId: newCorrelationId(), trace: receiveTrace(own) };
}

/**
 * Takes a new token, sent in the payload of a ping, for the connection and for every subscription of its viewer.
 * Gives when it ends, in milliseconds since the epoch; undefined where the payload brings none.
 * @throws UNAUTHENTICATED when it is not valid or of somebody who has nothing here; then all stays as it was
 */
export async function renewToken(
  extra: SocketExtra,
  payload: unknown,
  callers: Callers,
): Promise<number | undefined> {
  const { authorization } = asHeaders(payload);
  if (authorization === undefined) return undefined;
  if (!extra.signedIn) throw new AppError('UNAUTHENTICATED', 'Nobody has signed in on this connection');
  const headers = { ...extra.headers, authorization };
  const caller = await callers.identify(headers);
  const { viewer, expiresAt } = caller;
  if (!viewer || expiresAt === null || !extra.tokens?.has(viewer.id))
    throw new AppError('UNAUTHENTICATED', 'The token is of another viewer than the one to be renewed');
  if (extra.signedIn.viewer?.id === viewer.id) {
    extra.headers = headers;
    extra.signedIn = withoutTrace(caller);
  }
  extra.tokens.set(viewer.id, expiresAt);
  watchTokens(extra);
  for (const stream of [...extra.streams])
    if (stream.caller.viewer?.id === viewer.id) stream.renew({ viewer, expiresAt });
  return expiresAt;
}

/** The connection ends with the first of the tokens that it was given. */
function endWith(extra: SocketExtra, { viewer, expiresAt }: Caller): void {
  if (!viewer || expiresAt === null) return;
  extra.tokens ??= new Map();
  extra.tokens.set(viewer.id, Math.min(expiresAt, extra.tokens.get(viewer.id) ?? expiresAt));
  watchTokens(extra);
}

function watchTokens(extra: SocketExtra): void {
  if (extra.isGone || !extra.tokens) return;
  extra.expiry ??= extra.watchExpiry();
  extra.expiry.set(Math.min(...extra.tokens.values()));
}

const withoutTrace = ({ viewer, expiresAt, forwarded, explain }: Caller): SocketExtra['signedIn'] => ({
  ...{ viewer, expiresAt, forwarded, explain },
});

/** Aborted when the socket is closed. */
export function goneSignal(extra: SocketExtra): AbortSignal {
  extra.gone ??= new AbortController();
  if (extra.isGone) hangUp(extra);
  return extra.gone.signal;
}

/** The socket is closed: nobody waits for what is still being done. */
export function hangUp(extra: SocketExtra): void {
  extra.isGone = true;
  extra.gone?.abort(new Error('the client hung up'));
}

/** Browsers cannot set headers on a WebSocket, so what the client sends as JSON stands in for them. */
function asHeaders(sent: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(isRecord(sent) ? sent : {}))
    if (
      /^[a-z][\w-]{0,63}$/i.test(name) &&
      typeof value === 'string' &&
      /^[\t\x20-\x7e]{1,8192}$/.test(value)
    )
      headers[name.toLowerCase()] = value;
  return headers;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
