import path from 'node:path';
import { startEmbeddedPostgres } from '@meridian/database/embedded-postgres';
import { migrate } from '@meridian/database/migrate';
import { provision } from '@meridian/database/provision';
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
  /** Ends the embedded server, if it is ours; others are left running. */
  stop(): Promise<void>;
};

/**
 * One database with the four schemas, their roles and all migrations.
 * @throws DatabaseSetupError that says what to do
 */
export async function openDatabases({ databaseUrl, dataFolder, secret, onStep }: DatabasesOptions): Promise<Databases> {
  const embedded = databaseUrl
    ? null
    : await startEmbeddedPostgres({ dataDir: path.join(dataFolder, 'postgres'), durable: true, log: onStep });
  const adminUrl = embedded?.url ?? databaseUrl ?? '';
  const stop = async () => embedded?.stop();
  try {
    const password = new URL(adminUrl).password ? undefined : secret;
    const urls = await forEachSubgraph(async (name) => subgraphUrl(adminUrl, name, password));
    await provision(
      adminUrl,
      subgraphNames.map((schema) => ({ schema, url: urls[schema] })),
    );
    const { length } = (await Promise.all(subgraphNames.map((name) => migrateSubgraph(adminUrl, name)))).flat();
    if (length > 0) onStep(`applied ${length} migration${length === 1 ? '' : 's'}`);
    return { adminUrl, urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function migrateSubgraph(url: string, schema: string): Promise<string[]> {
  const { applied } = await migrate({ url, schema, directory: fromRoot('subgraphs', schema, 'prisma', 'migrations') });
  return applied;
}
