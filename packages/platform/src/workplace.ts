import { createHmac } from 'node:crypto';
import type { AuthConfig } from '@meridian/router/config';
import type { Pool } from 'pg';
import pg from 'pg';
import type { PlatformConfig } from './config.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { type Databases, openDatabases } from './databases.ts';
import { hasData, loadDemoData } from './demo/load.ts';
import { type DevIssuer, openDevIssuer } from './dev-issuer.ts';
import type { Progress } from './progress.ts';
import { type BySubgraph, forEachSubgraph } from './subgraph-names.ts';

/** What both ways of running stand on: databases with data in them, and the secrets of one deployment. */
export type Workplace = {
  databases: Databases;
  viewerSecret: string;
  /** Whom the router trusts. */
  auth: AuthConfig;
  /** Issues tokens here, unless another issuer is configured. */
  issuer: DevIssuer | null;
};

/** @throws StartError, DatabaseSetupError */
export async function openWorkplace(config: PlatformConfig, progress: Progress): Promise<Workplace> {
  const data = await openDataFolder(config.DATA_DIR);
  const { auth, issuer } = await openIdentity(config, data);
  const { databases, viewerSecret } = await openOwnDatabases(config, data, progress);
  try {
    if (config.DEMO_DATA) await fillOnce(databases, progress);
  } catch (error) {
    await databases.stop();
    throw error;
  }
  return { databases, viewerSecret, auth, issuer };
}

/** The databases of this deployment: its own secret makes the passwords where the administrator has none. */
export async function openOwnDatabases(
  config: PlatformConfig,
  data: DataFolder,
  progress: Progress,
): Promise<Pick<Workplace, 'databases' | 'viewerSecret'>> {
  const viewerSecret = config.VIEWER_SECRET ?? (await data.secret('keys/viewer.secret'));
  const databases = await progress.step('database', (onStep) =>
    openDatabases({
      databaseUrl: config.DATABASE_URL ?? null,
      dataFolder: data.path,
      secret: createHmac('sha256', viewerSecret).update('database roles').digest('hex'),
      onStep,
    }),
  );
  return { databases, viewerSecret };
}

async function openIdentity(config: PlatformConfig, data: DataFolder) {
  const { AUTH_JWKS: jwks, AUTH_ISSUER, AUTH_AUDIENCE } = config;
  if (jwks) return { auth: { jwks, issuer: AUTH_ISSUER, audience: AUTH_AUDIENCE }, issuer: null };
  const issuer = await openDevIssuer(data);
  return { auth: issuer.trust, issuer };
}

async function fillOnce({ urls }: Databases, progress: Progress): Promise<void> {
  const pools: BySubgraph<Pool> = await forEachSubgraph(
    async (name) => new pg.Pool({ connectionString: urls[name], max: 2, options: `-c search_path=${name}` }),
  );
  try {
    if (await hasData(pools)) return;
    await progress.step('demo data', async (detail) => {
      detail('loading, the first time only');
      await loadDemoData(pools, { now: new Date() });
    });
  } finally {
    await Promise.all(Object.values(pools).map((pool) => pool.end()));
  }
}
