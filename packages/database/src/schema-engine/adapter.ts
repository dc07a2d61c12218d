import { PrismaPg } from '@prisma/adapter-pg';
import {
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { queryCatalog } from './catalog-query.ts';
import { createScratchDatabase } from './scratch-database.ts';

/** What the database said of a script that it refused. */
export type ScriptError = { message: string; code: string; line: number | undefined };

export type EngineAdapter = {
  factory: SqlMigrationAwareDriverAdapterFactory;
  /** Ends every session: the engine's advisory lock lives as long as its session does. */
  close(): Promise<void>;
  /** The engine keeps the kind of an error and loses the words. */
  lastScriptError(): ScriptError | undefined;
};

/**
 * How Prisma's schema engine reaches Postgres when it runs in this process.
 * @param url login of the administrator
 * @param schema the Postgres schema that names without a schema are meant for
 */
export function engineAdapter(url: string, schema: string): EngineAdapter {
  const open = new Set<SqlDriverAdapter>();
  let scriptError: ScriptError | undefined;
  const onScriptError = (error: ScriptError) => {
    scriptError = error;
  };

  async function connect(to: string, release = async () => {}): Promise<SqlDriverAdapter> {
    const adapter = await openAdapter(to, schema, onScriptError, async () => {
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
    lastScriptError: () => scriptError,
    close: async () => {
      await Promise.all([...open].map((adapter) => adapter.dispose()));
    },
  };
}

async function openAdapter(
  connectionString: string,
  schema: string,
  onScriptError: (error: ScriptError) => void,
  closed: () => Promise<void>,
): Promise<SqlDriverAdapter> {
  // Without public, for the engine takes note of the schema of everything that is not on the path.
  const options = `-c search_path="${schema}" -c client_min_messages=warning`;
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
      // With public, where the extensions' types are: Prisma writes CITEXT.
      await pool.query(`SET search_path TO "${schema}", public`);
      try {
        await pool.query(script);
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        onScriptError(scriptErrorOf(error, script));
        throw adapterError(error);
      } finally {
        await pool.query('RESET search_path');
      }
    },
    startTransaction: (level) => adapter.startTransaction(level),
    getConnectionInfo: () => adapter.getConnectionInfo(),
    dispose: async () => {
      await adapter.dispose();
      await closed();
    },
  };
}

function scriptErrorOf({ message, code = 'XX000', position }: pg.DatabaseError, script: string): ScriptError {
  const line = position === undefined ? undefined : script.slice(0, Number(position) - 1).split('\n').length;
  return { message, code, line };
}

function adapterError(error: pg.DatabaseError): DriverAdapterError {
  const { code = 'XX000', severity = 'ERROR', message, detail, column, hint } = error;
  return new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
}
