import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Logger } from './logger.ts';
import { outliveConnections } from './lost-connections.ts';

const int8 = 20;

/** `bigint` columns as BigInt: a string would compare and add wrongly, a number would lose digits. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === int8 ? BigInt : pg.types.getTypeParser(oid, format)),
};

/** Milliseconds. Under a pile-up a request waits for a connection rather than fail at once (Prisma's default is 2 s). */
const transactionOptions = { maxWait: 5_000, timeout: 10_000 };

export type Database = {
  /** For the hottest reads and for SQL that Prisma cannot say. */
  pool: pg.Pool;
  /** For `new PrismaClient(…)`. Both share one pool. */
  prisma: {
    adapter: PrismaPg;
    transactionOptions: { maxWait: number; timeout: number };
    errorFormat: 'minimal';
  };
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** Login URL of the subgraph's own role. */
  url: string;
  /** The Postgres schema that the subgraph owns. */
  schema: string;
  logger: Logger;
  /** Connections at most. */
  max?: number;
};

/** Opens the pool of one subgraph. Nothing connects before the first query. */
export function openDatabase({ url, schema, logger, max = 10 }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    application_name: `meridian-${schema}`,
    connectionTimeoutMillis: 5_000,
    options: `-c search_path=${schema},public -c statement_timeout=5000 -c idle_in_transaction_session_timeout=15000`,
  });
  outliveConnections(pool, (error) => logger.warn({ err: error }, 'an idle database connection was lost'));
  const adapter = new PrismaPg(pool, { schema, statementNameGenerator: preparedStatementName() });
  // Longer messages repeat the arguments of a failed call, and with them personal data.
  const prisma = { adapter, transactionOptions, errorFormat: 'minimal' } as const;
  return { pool, prisma, close: () => pool.end() };
}

const namedStatements = 1_000;

/**
 * Names Prisma's statements so that Postgres plans each once per connection. Lists of changing length make new texts
 * for ever, so names end at a number; a statement without one is planned each time.
 */
function preparedStatementName() {
  const names = new Map<string, string>();
  return ({ sql }: { sql: string }): string => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= namedStatements) return '';
    const name = `prisma-${names.size}`;
    names.set(sql, name);
    return name;
  };
}
