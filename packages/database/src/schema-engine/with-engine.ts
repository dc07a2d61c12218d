import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { z } from 'zod';
import { messageOf } from '../setup-error.ts';
import { engineAdapter } from './adapter.ts';
import { loadSchemaEngine, takePanicMessage } from './wasm.ts';

/** What the engine says when it fails, as JSON in the message of the error. */
const engineError = z.object({ message: z.string(), error_code: z.string().nullish() });

/** Prisma's schema engine refused, or the database refused what it did. */
export class SchemaEngineError extends Error {
  override name = 'SchemaEngineError';
  /** Prisma's code, such as `P3018` (a migration failed to apply). */
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined, cause: unknown) {
    super(message, { cause });
    this.code = code;
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
    throw explain(error);
  } finally {
    await adapter.close();
  }
}

function explain(error: unknown): SchemaEngineError {
  const message = takePanicMessage() ?? messageOf(error);
  const parsed = engineError.safeParse(parseJson(message));
  return parsed.success
    ? new SchemaEngineError(parsed.data.message, parsed.data.error_code ?? undefined, error)
    : new SchemaEngineError(message, undefined, error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
