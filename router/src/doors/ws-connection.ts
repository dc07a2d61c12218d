import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AppError } from '@meridian/kernel/errors';
import { receiveTrace } from '@meridian/kernel/trace-context';
import type { Caller, Callers } from '../security/callers.ts';

/** What we know of one client connection. */
export type SocketExtra = {
  request: IncomingMessage;
  close(code: number, reason: string): void;
  /** Aborted when the socket is closed. */
  gone: AbortController;
  /** Who is at the other end, once signed in. */
  signedIn?: { headers: IncomingHttpHeaders; caller: Caller };
  /** When the connection will be closed, in milliseconds since the epoch, because a token ends. */
  ending?: { at: number; timer: NodeJS.Timeout };
};

const longestTimer = 2 ** 31 - 1;

/**
 * Signs a connection in by its `connection_init`, or by the headers of its upgrade request where that says nothing.
 * False (close 4403) for a bad token. The connection ends with its token: clients come again with a fresh one.
 */
export async function signIn(
  extra: SocketExtra,
  connectionParams: unknown,
  callers: Callers,
): Promise<boolean> {
  const headers = { ...extra.request.headers, ...asHeaders(connectionParams) };
  const caller = await callers.identify(headers).catch((error: unknown) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
  if (!caller) return false;
  extra.signedIn = { headers, caller };
  closeAt(extra, caller.expiresAt);
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
  let { caller } = extra.signedIn;
  if (Object.keys(own).length > 0) {
    caller = await callers.identify({ ...extra.signedIn.headers, ...own });
    closeAt(extra, caller.expiresAt);
  }
  // A connection outlives traces: an operation is part of the one it names itself.
  return { ...caller, correlationId: randomUUID(), trace: receiveTrace(own) };
}

function closeAt(extra: SocketExtra, expiresAt: number | null): void {
  const { ending, close, gone } = extra;
  if (expiresAt === null || (ending && ending.at <= expiresAt)) return;
  const wait = Math.max(0, expiresAt - Date.now());
  if (wait > longestTimer) return;
  clearTimeout(ending?.timer);
  const timer = setTimeout(() => close(4403, 'Token expired'), wait);
  extra.ending = { at: expiresAt, timer };
  if (!ending) gone.signal.addEventListener('abort', () => clearTimeout(extra.ending?.timer));
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
