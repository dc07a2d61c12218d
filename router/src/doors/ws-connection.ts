import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ConnectionInitMessage } from 'graphql-ws';
import type { Caller, Callers } from '../security/callers.ts';

/** What we know of one client connection. */
export type SocketExtra = {
  request: IncomingMessage;
  close(code: number, reason: string): void;
  /** Aborted when the socket is closed. */
  gone: AbortController;
  /** Who signed in, with a correlation id for one operation. */
  callerOf(): Caller;
};

const longestTimer = 2 ** 31 - 1;

/**
 * Signs a connection in by its `connection_init`, or by the headers of its upgrade request where that says nothing.
 * False (close 4403) for a bad token. The connection ends with its token: clients come again with a fresh one.
 */
export async function signIn(
  extra: SocketExtra,
  connectionParams: ConnectionInitMessage['payload'],
  callers: Callers,
): Promise<boolean> {
  const headers: IncomingHttpHeaders = { ...extra.request.headers, ...asHeaders(connectionParams) };
  const caller = await callers.identify(headers).catch(() => undefined);
  if (!caller) return false;
  extra.callerOf = () => ({ ...caller, correlationId: randomUUID() });
  if (caller.expiresAt !== null) closeAt(extra, caller.expiresAt);
  return true;
}

function closeAt({ close, gone }: SocketExtra, expiresAt: number): void {
  const wait = expiresAt - Date.now();
  if (wait > longestTimer) return;
  const timer = setTimeout(() => close(4403, 'Token expired'), Math.max(0, wait));
  gone.signal.addEventListener('abort', () => clearTimeout(timer));
}

/** Browsers cannot set headers on a WebSocket, so connection parameters stand in for them. */
function asHeaders(connectionParams: ConnectionInitMessage['payload']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(connectionParams ?? {}))
    if (/^[\w-]{1,64}$/.test(name) && typeof value === 'string' && /^[\t\x20-\x7e]{1,8192}$/.test(value))
      headers[name.toLowerCase()] = value;
  return headers;
}
