import { DatabaseSetupError } from '@meridian/database/setup-error';
import { UsageError } from '@meridian/kernel/command-line';
import { postgresUrl, readPlatformConfig } from '../config.ts';
import { openDataFolder } from '../data-folder.ts';
import { explain, progressOn } from '../progress.ts';
import { openOwnDatabases } from '../workplace.ts';
import { ImportIsRunning, openCheckpoints } from './checkpoints.ts';
import { type Command, readCommand, usage } from './command.ts';
import { checkBeginning } from './csv-file.ts';
import { MalformedFile } from './malformed-file.ts';
import { openPools } from './pools.ts';
import { createProgress } from './progress.ts';
import { retail } from './retail/retail-dataset.ts';
import { type ImportOutcome, runImport } from './run-import.ts';
import { summary } from './summary.ts';
import { trips } from './trips/trips-dataset.ts';

const interrupted = 130;

/** `npm run import`: see `usage`. Ends with 0 when all is in, 130 when stopped on the way, 1 when it cannot be. */
async function main(args: readonly string[]): Promise<number> {
  const command = readCommand(args);
  if (command.do === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const started = performance.now();
  const outcome = await importFile(command, stopOnSignals());
  process.stdout.write(`${summary(outcome, performance.now() - started)}\n`);
  return outcome.end === 'stopped' ? interrupted : 0;
}

type ImportCommand = Extract<Command, { do: 'import' }>;

async function importFile(command: ImportCommand, stop: AbortSignal): Promise<ImportOutcome> {
  const { dataset, file, databaseUrl } = command;
  // Before a database is made for nothing.
  await checkBeginning(
    dataset === 'retail' ? { file, columns: retail.columns } : { file, columns: trips.columns },
  );
  await using resources = new AsyncDisposableStack();
  const { databases } = await openOwnDatabases(
    settings(databaseUrl),
    await openDataFolder(readPlatformConfig().DATA_DIR),
    progressOn(process.stderr),
  );
  resources.defer(() => databases.stop());
  const checkpoints = await openCheckpoints(databases.adminUrl);
  resources.defer(() => checkpoints.close());
  const { pools, close } = await openPools(databases.urls);
  resources.defer(close);
  const progress = createProgress(process.stderr);
  resources.defer(() => progress.end());

  const common = { file, pools, checkpoints, progress, stop };
  return dataset === 'retail'
    ? await runImport({ dataset: retail, ...common })
    : await runImport({ dataset: trips, ...common });
}

function settings(databaseUrl: string | null) {
  const config = readPlatformConfig();
  if (databaseUrl === null) return config;
  const { data, error } = postgresUrl.safeParse(databaseUrl);
  if (error) throw new UsageError(`--database-url: ${error.issues[0]?.message}`);
  return { ...config, DATABASE_URL: data };
}

/** Ctrl-C, or the end of the process that started this one: the batch under way is finished. A second signal ends at once. */
function stopOnSignals(): AbortSignal {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) process.exit(interrupted);
    stopping.abort();
    process.stderr.write('\nStopping after the batch under way …\n');
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  if (process.channel) {
    process.on('disconnect', stop);
    process.channel.unref();
  }
  return stopping.signal;
}

const foreseen = [UsageError, MalformedFile, ImportIsRunning, DatabaseSetupError];

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = error instanceof Error && foreseen.some((kind) => error instanceof kind);
  process.stderr.write(`${known ? error.message : explain(error)}\n`);
  process.exitCode = 1;
}
