import path from 'node:path';
import { withClient } from '@meridian/database/connection';
import { startEmbeddedPostgres } from '@meridian/database/embedded-postgres';
import { DatabaseSetupError } from '@meridian/database/setup-error';
import { listParked, type ParkedMessage, requestReplay } from '@meridian/kernel/bus/parked';
import { UsageError } from '@meridian/kernel/command-line';
import pg from 'pg';
import { readPlatformConfig } from '../config.ts';
import { openDataFolder } from '../data-folder.ts';
import { explain } from '../progress.ts';
import { subgraphNames } from '../subgraph-names.ts';
import { type Command, readCommand, usage } from './command.ts';
import { readStatus, statusLines } from './status.ts';

/** What one screen takes in; `replay --all` takes all. */
const shown = 100;

/** `npm run events`: see `usage`. Ends with 1 when it cannot be done, or there is no such message. */
async function main(args: readonly string[]): Promise<number> {
  const command = readCommand(args);
  if (command.do === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  await using resources = new AsyncDisposableStack();
  const adminUrl = await findDatabase(command.databaseUrl, resources);
  const poolOf = (schema: string): pg.Pool => {
    const pool = new pg.Pool({
      connectionString: adminUrl,
      max: 1,
      options: `-c search_path=${schema}`,
      connectionTimeoutMillis: 10_000,
    });
    resources.defer(() => pool.end());
    return pool;
  };
  const subgraphs = subgraphNames.map((schema) => ({ schema, pool: poolOf(schema) }));
  if (command.do === 'status') return print(statusLines(await readStatus(subgraphs, poolOf('bus'))));
  if (command.do === 'replay') return await replay(command, subgraphs);

  const parked = (await Promise.all(subgraphs.map(({ pool }) => listParked(pool, shown)))).flat();
  if (parked.length === 0) return print(['Nothing is parked.']);
  return print(parked.sort((a, b) => a.parkedAt.getTime() - b.parkedAt.getTime()).map(parkedLine));
}

async function replay(
  { id }: Extract<Command, { do: 'replay' }>,
  subgraphs: readonly { schema: string; pool: pg.Pool }[],
): Promise<number> {
  let asked = 0;
  for (const { schema, pool } of subgraphs) asked += await requestReplay(pool, schema, id);
  if (asked === 0 && id) {
    process.stderr.write(
      `No message ${id} is parked: was it replayed already? "parked" shows those that are.\n`,
    );
    return 1;
  }
  return print([
    asked === 0 ? 'Nothing is parked.' : `${asked} ${asked === 1 ? 'message' : 'messages'} to be replayed.`,
  ]);
}

/** Without data, which may be personal. */
const parkedLine = ({ id, consumer, type, key, tries, error, parkedAt, replayAt }: ParkedMessage): string =>
  `${id}  ${parkedAt.toISOString()}  ${consumer}  ${type}  ${key}  ${tries} tries${replayAt ? ', replay asked for' : ''}\n    ${error}`;

function print(lines: readonly string[]): number {
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

/** Nothing is made or migrated: this may look at a database that others deploy. */
async function findDatabase(given: string | null, resources: AsyncDisposableStack): Promise<string> {
  const config = readPlatformConfig();
  const url = given ?? config.DATABASE_URL;
  if (url) {
    // Says in words what is wrong with it.
    await withClient(url, async () => {});
    return url;
  }
  const data = await openDataFolder(config.DATA_DIR);
  const server = await startEmbeddedPostgres({ dataDir: path.join(data.path, 'postgres'), durable: true });
  resources.defer(() => server.stop());
  return server.url;
}

/** A database that Meridian was never deployed to. */
const unknownTable = '42P01';

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = error instanceof UsageError || error instanceof DatabaseSetupError;
  const isEmpty = error instanceof pg.DatabaseError && error.code === unknownTable;
  const message = isEmpty
    ? 'This database holds no Meridian of this version: start it first.'
    : explain(error);
  process.stderr.write(`${known ? error.message : message}\n`);
  process.exitCode = 1;
}
