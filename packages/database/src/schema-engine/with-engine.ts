import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { z } from 'zod';
import { errorCode, messageOf } from '../setup-error.ts';
import { engineAdapter, type ScriptError } from './adapter.ts';
import { loadSchemaEngine, takePanicMessage } from './wasm.ts';

/** What the engine says when it fails, as JSON in the message of the error. */
const engineError = z.object({ message: z.string(), error_code: z.string().nullish() });

/** Prisma's schema engine refused, or the database refused what it did. */
export class SchemaEngineError extends Error {
  override name = 'SchemaEngineError';
  /** Prisma's code, such as `P3009` (a migration failed before). */
  readonly code: string | undefined;
  /** The migration that it was about. */
  readonly migration: string | undefined;
  /** What the database said. */
  readonly database: ScriptError | undefined;

  constructor(text: string, code: string | undefined, database: ScriptError | undefined, cause: unknown) {
    // After the message come the places in the engine's own source.
    super(text.replace(/^\s+0: [\s\S]*$/m, '').trim(), { cause });
    this.code = code;
    this.migration = /migration_name="(.+?)"/.exec(text)?.[1];
    this.database = database;
  }
}

/**
 * Lends a schema engine that works on one schema of the database at `url`, and ends its sessions afterwards.
 * @throws SchemaEngineError
 */
export async function withSchemaEngine<T>(
  url: string,
  schema: string,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const { SchemaEngine } = await loadSchemaEngine();
  const adapter = engineAdapter(url, schema);
  try {
    const factory = bindMigrationAwareSqlAdapterFactory(adapter.factory);
    using engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, factory);
    return await use(engine);
  } catch (error) {
    throw explain(error, adapter.lastScriptError());
  } finally {
    await adapter.close();
  }
}

function explain(error: unknown, database: ScriptError | undefined): SchemaEngineError {
  const text = takePanicMessage() ?? messageOf(error);
  const parsed = engineError.safeParse(parseJson(text));
  return parsed.success
    ? new SchemaEngineError(parsed.data.message, parsed.data.error_code ?? undefined, database, error)
    : new SchemaEngineError(text, errorCode(error), database, error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
