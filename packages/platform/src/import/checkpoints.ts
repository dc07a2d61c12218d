import pg from 'pg';

/** Where the import of one file stands. */
export type Checkpoint = {
  /** The last line whose batch is written. */
  throughLine: number;
  finishedAt: Date | null;
};

export type Checkpoints = {
  find(dataset: string, contentHash: string): Promise<Checkpoint>;
  advance(dataset: string, contentHash: string, throughLine: number): Promise<void>;
  finish(dataset: string, contentHash: string, throughLine: number): Promise<void>;
  close(): Promise<void>;
};

export class ImportIsRunning extends Error {
  override name = 'ImportIsRunning';
}

/** The advisory lock of whoever imports into this database. */
const lock = 0x4d_49_4d_50;

/**
 * Remembers how far each file came, by a hash of what is in it. It lies beside the subgraphs' schemas and belongs to none;
 * a batch is written before its checkpoint, so a kill between the two repeats a batch, which changes nothing.
 * @param adminUrl login URL of the administrator
 * @throws ImportIsRunning when another process imports into this database
 */
export async function openCheckpoints(adminUrl: string): Promise<Checkpoints> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'meridian-import' });
  // A lost connection fails the next query; unheard, the event would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [lock]);
    if (!rows[0]?.free)
      throw new ImportIsRunning('Another import into this database is under way; wait until it has ended.');
    await client.query(`SET client_min_messages = warning;
      CREATE SCHEMA IF NOT EXISTS platform;
      CREATE TABLE IF NOT EXISTS platform.imports (
        dataset text NOT NULL,
        content_hash text NOT NULL,
        through_line int NOT NULL,
        finished_at timestamptz(3),
        PRIMARY KEY (dataset, content_hash)
      )`);
  } catch (error) {
    await client.end();
    throw error;
  }

  const save = async (dataset: string, contentHash: string, throughLine: number, finished: boolean) => {
    await client.query(
      `INSERT INTO platform.imports AS i VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END)
       ON CONFLICT (dataset, content_hash) DO UPDATE SET through_line = $3, finished_at = EXCLUDED.finished_at`,
      [dataset, contentHash, throughLine, finished],
    );
  };
  return {
    find: async (dataset, contentHash) => {
      const { rows } = await client.query<Checkpoint>(
        `SELECT through_line AS "throughLine", finished_at AS "finishedAt" FROM platform.imports
          WHERE dataset = $1 AND content_hash = $2`,
        [dataset, contentHash],
      );
      return rows[0] ?? { throughLine: 0, finishedAt: null };
    },
    advance: (dataset, contentHash, throughLine) => save(dataset, contentHash, throughLine, false),
    finish: (dataset, contentHash, throughLine) => save(dataset, contentHash, throughLine, true),
    close: () => client.end(),
  };
}
