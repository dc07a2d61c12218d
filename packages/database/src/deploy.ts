import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { busSchema, installPgBoss } from '@meridian/kernel/bus/pg-boss-schema';
import { withClient } from './connection.ts';
import { migrate } from './migrate.ts';
import { grantObjects, type Provisioned, provision } from './provision.ts';
import { takeSetupLock } from './setup-lock.ts';

export type SubgraphSchema = {
  /** The subgraph and its Postgres schema. */
  name: string;
  /** Its folder of migrations. */
  migrations: string;
};

export type SubgraphDatabase = SubgraphSchema & {
  /** Login URL of the role that the subgraph runs as. */
  url: string;
};

/** The subgraphs below `root` that have migrations, by name. */
export function findSubgraphSchemas(root: string): SubgraphSchema[] {
  const folder = join(root, 'subgraphs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, migrations: join(folder, name, 'prisma', 'migrations') }))
    .filter(({ migrations }) => existsSync(migrations));
}

export type Deployed = Provisioned & { applied: { subgraph: string; migration: string }[] };

/**
 * Makes one database ready for these subgraphs: roles, schemas, then all migrations. Safe to repeat.
 * @throws DatabaseSetupError that names the subgraph.
 */
export async function deploySchemas(
  adminUrl: string,
  subgraphs: readonly SubgraphDatabase[],
): Promise<Deployed> {
  const logins = subgraphs.map(({ name, url }) => ({ schema: name, url }));
  const { missingExtensions } = await provision(adminUrl, logins);
  const applied: Deployed['applied'] = [];
  for (const { name, migrations, url } of subgraphs) {
    const role = decodeURIComponent(new URL(url).username);
    const done = await migrate({ url: adminUrl, schema: name, directory: migrations, role });
    applied.push(...done.applied.map((migration) => ({ subgraph: name, migration })));
  }
  return { missingExtensions, applied };
}

/**
 * Makes one database ready to carry the bus: the tables of pg-boss, and the role in `url` that may use them and sees
 * nothing of the subgraphs. Safe to repeat.
 * @throws DatabaseSetupError
 */
export async function deployBus(adminUrl: string, url: string): Promise<void> {
  await provision(adminUrl, [{ schema: busSchema, url }]);
  await installPgBoss(adminUrl);
  await withClient(adminUrl, async (client) => {
    await takeSetupLock(client);
    await grantObjects(client, busSchema, decodeURIComponent(new URL(url).username));
  });
}
