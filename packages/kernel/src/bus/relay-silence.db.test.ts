import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import { type SilentProxy, silentProxy } from '@meridian/testkit/silent-proxy';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { type Notifications, openNotifications } from '../notifications.ts';
import type { Bus } from './bus.ts';
import { type Relay, startRelay } from './relay.ts';
import { connectAsLeader } from './relay-log.ts';

const schema = 'rides';
const database = useTestDatabase();
const logger = createLogger('test', 'silent');
let pool: pg.Pool;
let notifications: Notifications;
let proxy: SilentProxy;
let relay: Relay | undefined;

beforeAll(async () => {
  const url = database.urlFor(schema);
  const { hostname, port } = new URL(url);
  proxy = await silentProxy({ host: hostname, port: Number(port) });
  pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` });
  notifications = openNotifications({ url, name: schema, logger });
});
afterEach(async () => {
  await relay?.stop();
  relay = undefined;
});
afterAll(async () => {
  await notifications.close();
  await pool.end();
  await proxy.stop();
});

/** The login of the relay alone goes through the proxy; it gives a statement a second where the usual is ten. */
function silencedUrl(): string {
  const url = new URL(database.urlFor(schema));
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  url.searchParams.set('query_timeout', '1000');
  return url.href;
}

/** A bus that remembers the keys it was sent, unless it is away. */
function remembering() {
  const keys: string[] = [];
  const asked = { away: false, inVain: 0 };
  const bus: Bus = {
    async send(batch) {
      if (asked.away) {
        asked.inVain++;
        throw new Error('the bus is away');
      }
      keys.push(...batch.map(({ key }) => key));
    },
    consume: () => Promise.reject(new Error('nobody consumes here')),
    close: async () => {},
  };
  return { bus, keys, asked };
}

async function relayTo(bus: Bus): Promise<void> {
  const metrics = createMetrics('test');
  relay = await startRelay({ bus, url: silencedUrl(), pool, schema, notifications, logger, metrics });
}

const write = (key: string) =>
  pool.query("INSERT INTO outbox (type, key, data) VALUES ('test.v1', $1, '{}')", [key]);

test('a leader whose statements are answered no more gives its connection up, and leads again by another', async () => {
  const { bus, keys } = remembering();
  await relayTo(bus);
  await write('before');
  await eventually(() => keys.includes('before'));
  proxy.fallSilent();
  await write('after');
  await eventually(() => keys.includes('after'));
  // What was sent last before the silence may not have been noted.
  expect(keys.filter((key, i) => key !== keys[i - 1])).toEqual(['before', 'after']);
});

test('a leader whose bus is away gives up a connection that says no goodbye, too', async () => {
  const { bus, keys, asked } = remembering();
  await relayTo({
    ...bus,
    send: async (batch) => {
      if (asked.away) proxy.fallSilent();
      await bus.send(batch);
    },
  });
  await write('first');
  await eventually(() => keys.includes('first'));
  asked.away = true;
  await write('second');
  await eventually(() => asked.inVain > 0);
  asked.away = false;
  await eventually(() => keys.includes('second'));
});

test('Postgres is told to look after a leader whose machine has vanished', async () => {
  const leader = await connectAsLeader(database.urlFor(schema), schema);
  const settings = ['tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count'];
  const { rows } = await (leader as pg.Client).query(
    'SELECT name, setting FROM pg_settings WHERE name = ANY ($1) ORDER BY array_position($1, name)',
    [settings],
  );
  await leader?.end();
  expect(rows.map(({ setting }) => setting)).toEqual(['10', '5', '3']);
  // And the leader gives up by itself when Postgres has: what the tests above shorten.
  expect(leader).toMatchObject({ connectionParameters: { query_timeout: 10_000 } });
});
