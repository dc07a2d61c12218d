import pg from 'pg';
import type { Logger } from './logger.ts';

/** `LISTEN` on one connection of its own, which is opened again whenever it is lost. */
export type Notifications = {
  /** `onNotify` is called with each payload, and with null after a lost connection is back: look for what you missed. */
  listen(channel: string, onNotify: (payload: string | null) => void): Promise<void>;
  close(): Promise<void>;
};

const firstRetryMs = 50;
const longestRetryMs = 2_000;

export function openNotifications({
  url,
  name,
  logger,
}: {
  url: string;
  name: string;
  logger: Logger;
}): Notifications {
  const listeners = new Map<string, ((payload: string | null) => void)[]>();
  let client: pg.Client | null = null;
  let connecting: Promise<pg.Client> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  const open = async (): Promise<pg.Client> => {
    const next = new pg.Client({
      connectionString: url,
      application_name: `meridian-${name}-listen`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // It says nothing by itself: with the system's two hours a server that vanished would stop every stream for so long.
      keepAliveInitialDelayMillis: 10_000,
    });
    next.on('notification', ({ channel, payload }) => {
      for (const onNotify of listeners.get(channel) ?? []) onNotify(payload ?? '');
    });
    next.on('error', (error) => lose(next, error));
    next.on('end', () => lose(next));
    await next.connect();
    for (const channel of listeners.keys()) await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    return next;
  };

  const connect = (): Promise<pg.Client> => {
    connecting ??= open().then(
      (opened) => {
        client = opened;
        return opened;
      },
      (error: unknown) => {
        connecting = null;
        throw error;
      },
    );
    return connecting;
  };

  const lose = (lost: pg.Client, error?: Error): void => {
    if (closed || client !== lost) return;
    logger.warn({ err: error }, 'lost the connection that listens for events; opening it again');
    client = null;
    connecting = null;
    reconnect(firstRetryMs);
  };

  const reconnect = (delayMs: number): void => {
    retry = setTimeout(() => {
      connect().then(
        () => {
          for (const onNotify of [...listeners.values()].flat()) onNotify(null);
        },
        () => !closed && reconnect(Math.min(delayMs * 2, longestRetryMs)),
      );
    }, delayMs);
  };

  return {
    async listen(channel, onNotify) {
      const others = listeners.get(channel);
      listeners.set(channel, [...(others ?? []), onNotify]);
      const connected = await connect();
      if (!others) await connected.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    },
    async close() {
      closed = true;
      if (retry) clearTimeout(retry);
      await connecting?.then((open) => open.end()).catch(() => undefined);
    },
  };
}
