import pg from 'pg';
import { startConsumer } from '../bus/consumer.ts';
import { handleOnce } from '../bus/inbox.ts';
import { openPgBossBus } from '../bus/pg-boss-bus.ts';
import { startRelay } from '../bus/relay.ts';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { openNotifications } from '../notifications.ts';
import { inboxTx, inTransaction } from './inbox-tx.ts';

/*
 * A process to be killed: relays the log of catalog, and has one effect in orders for each event. The effect is a row in
 * the outbox of orders, so that two effects would be two rows.
 *   node backbone-program.ts <url of catalog> <url of orders> <url of the bus>
 */
const [from = '', to = '', busUrl = ''] = process.argv.slice(2);
const logger = createLogger('backbone', 'silent');
const metrics = createMetrics('backbone');
const poolOf = (url: string, schema: string) =>
  new pg.Pool({ connectionString: url, options: `-c search_path=${schema}`, max: 8 });

const tries = { most: 50, firstPause: 0, longestPause: 0, lease: 1 };
const bus = await openPgBossBus({ url: busUrl, logger, tries });
const orders = poolOf(to, 'orders');
await startConsumer(
  {
    bus,
    pool: orders,
    schema: 'orders',
    notifications: openNotifications({ url: to, name: 'orders', logger }),
    logger,
    metrics,
  },
  {
    name: 'orders.effects',
    hears: { catalog: ['test.v1'] },
    handle: (message) =>
      inTransaction(orders, async (client) => {
        await handleOnce(inboxTx(client), 'orders.effects', message, async () => {
          await client.query("INSERT INTO outbox (type, key, data) VALUES ('effect.v1', $1, $2)", [
            message.key,
            message.data,
          ]);
        });
      }),
  },
);
await startRelay({
  bus,
  url: from,
  pool: poolOf(from, 'catalog'),
  schema: 'catalog',
  notifications: openNotifications({ url: from, name: 'catalog', logger }),
  logger,
  metrics,
});
process.stdout.write('running\n');
