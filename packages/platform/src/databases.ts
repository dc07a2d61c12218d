import path from 'node:path';
import { deployBus, deploySchemas } from '@meridian/database/deploy';
import { startEmbeddedPostgres } from '@meridian/database/embedded-postgres';
import { subgraphUrl } from '@meridian/database/subgraph-url';
import { fromRoot } from './root.ts';
import { type BySubgraph, forEachSubgraph, subgraphNames } from './subgraph-names.ts';

export type DatabasesOptions = {
  /** A server of your own; without it the embedded one runs in the data folder. Login of an administrator. */
  databaseUrl: string | null;
  dataFolder: string;
  /** Makes the passwords of the four roles when the administrator has none. */
  secret: string;
  /** Hears of each step that takes a while. */
  onStep: (step: string) => void;
};

export type Databases = {
  adminUrl: string;
  /** The login of each subgraph's own role, which sees its own schema only. */
  urls: BySubgraph<string>;
  /** The login of the role that uses the bus's schema only. */
  busUrl: string;
  /** Ends the embedded server, if it is ours; others are left running. */
  stop(): Promise<void>;
};

/**
 * One database with the four schemas, their roles and all migrations.
 * @throws DatabaseSetupError that says what to do
 */
export async function openDatabases({
  databaseUrl,
  dataFolder,
  secret,
  onStep,
}: DatabasesOptions): Promise<Databases> {
  const embedded = databaseUrl
    ? null
    : await startEmbeddedPostgres({ dataDir: path.join(dataFolder, 'postgres'), durable: true, log: onStep });
  const adminUrl = embedded?.url ?? databaseUrl ?? '';
  const stop = async () => embedded?.stop();
  try {
    const password = new URL(adminUrl).password ? undefined : secret;
    const urls = await forEachSubgraph(async (name) => subgraphUrl(adminUrl, name, password));
    const busUrl = subgraphUrl(adminUrl, 'bus', password);
    const applied = await deployAll(adminUrl, urls, busUrl);
    if (applied > 0) onStep(`applied ${applied} migration${applied === 1 ? '' : 's'}`);
    return { adminUrl, urls, busUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Roles, schemas and migrations of all four, and the bus. @returns how many migrations were applied */
export async function deployAll(adminUrl: string, urls: BySubgraph<string>, busUrl: string): Promise<number> {
  const schemas = subgraphNames.map((name) => ({
    name,
    url: urls[name],
    migrations: fromRoot('subgraphs', name, 'prisma', 'migrations'),
  }));
  const { applied } = await deploySchemas(adminUrl, schemas);
  await deployBus(adminUrl, busUrl);
  return applied.length;
}
