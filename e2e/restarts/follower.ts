import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** Somebody who follows a durable stream over a reconnecting client, as docs/live-events.md tells them to. */
export type Follower = {
  /** The cursors of what was told, in the order in which it was. */
  told: string[];
  /** What cannot happen to a stream that may be resumed; empty when all is well. */
  faults: string[];
  stop(): Promise<void>;
};

export type Following = {
  url: string;
  authorization: string;
  query: string;
  variables: Record<string, unknown>;
  /** The root field, whose payload has the cursor. */
  field: string;
  /** The cursor to begin after. @default from now on */
  after?: string;
  /** What was told and went wrong before, by another stream whose place this one takes. */
  told?: string[];
  faults?: string[];
};

/** Refusals that will not pass: to ask again would be in vain. */
const final = [
  'CURSOR_EXPIRED',
  'CURSOR_INVALID',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'GRAPHQL_VALIDATION_FAILED',
];

/**
 * Subscribes after the last cursor whenever the connection is back: the client sends the payload anew then, and its
 * variables have moved on with every event.
 */
export function follow(following: Following): Follower {
  const { url, authorization, query, variables, field, after = null, told = [], faults = [] } = following;
  const follower: Follower = { told, faults, stop };
  const payload = { query, variables: { ...variables, after } };
  let stopped = false;
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: () => pause(50 + Math.random() * 100),
  });

  function subscribe(): void {
    client.subscribe<Record<string, { cursor: string } | null>>(payload, {
      next({ data, errors }) {
        if (stopped) return;
        const cursor = data?.[field]?.cursor;
        // With a cursor, an error says what could not be joined: the event itself is there.
        if (!cursor) return void follower.faults.push(JSON.stringify({ data, errors }));
        follower.told.push(cursor);
        payload.variables.after = cursor;
      },
      error(problem) {
        const [error] = Array.isArray(problem) ? problem : [];
        const code = String(error?.extensions?.code ?? problem);
        if (final.includes(code)) follower.faults.push(JSON.stringify(problem));
        else if (!stopped) setTimeout(subscribe, 100);
      },
      complete() {
        if (!stopped) follower.faults.push('completed');
      },
    });
  }
  async function stop(): Promise<void> {
    stopped = true;
    await client.dispose();
  }
  subscribe();
  return follower;
}
