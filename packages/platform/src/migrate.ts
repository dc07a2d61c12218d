import { readMigrationConfig } from './config.ts';
import { deployAll } from './databases.ts';
import { runProgram } from './progress.ts';

/** The one-shot job beside containers: makes roles and schemas and applies all migrations, as the administrator. */
await runProgram('The migration', async () => {
  const settings = readMigrationConfig();
  const urls = {
    users: settings.USERS_DATABASE_URL,
    catalog: settings.CATALOG_DATABASE_URL,
    orders: settings.ORDERS_DATABASE_URL,
    rides: settings.RIDES_DATABASE_URL,
  };
  const applied = await deployAll(settings.DATABASE_URL, urls, settings.BUS_DATABASE_URL);
  process.stdout.write(applied > 0 ? `applied ${applied} migrations\n` : 'nothing to apply\n');
});
