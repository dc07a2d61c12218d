import { PrismaPg } from '@prisma/adapter-pg';
import {
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { queryCatalog } from './catalog-query.ts';
import { createScratchDatabase } from './scratch-database.ts';

export type EngineAdapter = {
  factory: SqlMigrationAwareDriverAdapterFactory;
  /** Ends every session: the engine's advisory lock lives as long as its session does. */
  close(): Promise<void>;
};

/**
 * How Prisma's schema engine reaches Postgres when it runs in this process.
 * @param url login of the administrator
 * @param schema the Postgres schema that names without a schema are meant for
 */
export function engineAdapter(url: string, schema: string): EngineAdapter {
  const open = new Set<SqlDriverAdapter>();

  async function connect(to: string, release = async () => {}): Promise<SqlDriverAdapter> {
    const adapter = await openAdapter(to, schema, async () => {
      open.delete(adapter);
      await release();
    });
    open.add(adapter);
    return adapter;
  }

  return {
    factory: {
      provider: 'postgres',
      adapterName: '@prisma/adapter-pg',
      connect: () => connect(url),
      connectToShadowDb: async () => {
        const scratch = await createScratchDatabase(url, schema);
        return connect(scratch.url, scratch.drop);
      },
    },
    close: async () => {
      await Promise.all([...open].map((adapter) => adapter.dispose()));
    },
  };
}

async function openAdapter(
  connectionString: string,
  schema: string,
  closed: () => Promise<void>,
): Promise<SqlDriverAdapter> {
  const options = `-c search_path="${schema}",public -c client_min_messages=warning`;
  // One session that is never let go while idle, for the lock is the session's.
  const config = { connectionString, options, max: 1, idleTimeoutMillis: 0 };
  const adapter = await new PrismaPg(config, { schema }).connect();
  const pool = adapter.underlyingDriver();
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: (query) =>
      adapter.queryRaw(query).catch((error: unknown) => {
        if (error instanceof DriverAdapterError && error.cause.kind === 'UnsupportedNativeDataType')
          return queryCatalog(pool, query);
        throw error;
      }),
    executeRaw: (query) => adapter.executeRaw(query),
    // The adapter's own splits at every `;`, also inside functions. Whole, the server parses it: as with the native engine.
    executeScript: async (script) => {
      await pool.query(script).catch(raise);
    },
    startTransaction: (level) => adapter.startTransaction(level),
    getConnectionInfo: () => adapter.getConnectionInfo(),
    dispose: async () => {
      await adapter.dispose();
      await closed();
    },
  };
}

function raise(error: unknown): never {
  if (!(error instanceof pg.DatabaseError)) throw error;
  const { code = 'XX000', severity = 'ERROR', message, detail, column, hint } = error;
  throw new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
}
