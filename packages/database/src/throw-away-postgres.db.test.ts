import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { withClient } from './connection.ts';
import { processStart } from './embedded/process-start.ts';
import { startThrowAwayPostgres } from './throw-away-postgres.ts';

const program = `
  import { startThrowAwayPostgres } from '${import.meta.dirname}/throw-away-postgres.ts';
  const { url } = await startThrowAwayPostgres();
  process.stdout.write(url);
  setInterval(() => {}, 60_000);
`;

test('what a killed process left behind is cleared away by the next', async () => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await once(child.stdout, 'data');
  const url = String(output);
  const { rows } = await withClient(url, (client) =>
    client.query<{ log: string }>(`SELECT pg_read_file('postmaster.pid') AS log`),
  );
  const pid = Number(rows[0]?.log.split('\n')[0]);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  expect(processStart(pid)).toBeDefined();

  const next = await startThrowAwayPostgres();
  await next.stop();
  expect(processStart(pid)).toBeUndefined();
  await expect(withClient(url, async () => {})).rejects.toThrow('nothing listens there');
});
