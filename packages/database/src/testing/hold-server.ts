import { startEmbeddedPostgres } from '../embedded-postgres.ts';

/** A program for tests to kill: starts a server on the folder it is told, says `started` or `initialising`, and waits. */
const [dataDir = ''] = process.argv.slice(2);
const { shared } = await startEmbeddedPostgres({
  dataDir,
  durable: true,
  log: () => process.stdout.write('busy\n'),
});
process.stdout.write(`started ${shared}\n`);
setInterval(() => {}, 60_000);
