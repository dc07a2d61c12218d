/**
 * What the length of an event log costs those who read its end: an event from its commit to a stream, and a page after a
 * cursor, in a log of a thousand and in one of a million events. `npm run bench:log`.
 */
import { startThrowAwayPostgres } from '@meridian/database/throw-away-postgres';
import { median, percentile } from './measure/statistics.ts';
import { createLog } from './world/log.ts';

const lengths = [1_000, 1_000_000] as const;
const rounds = 3;
const perRound = 200;

type Figures = { told: number[]; page: number[] };
type Contender = Awaited<ReturnType<typeof openLog>> & { length: number; figures: Figures };

/** A log of so many events in a schema of its own; `measure` adds one round of figures, in milliseconds. */
async function openLog(url: string, length: number) {
  const schema = `log_of_${length}`;
  const { pool, open } = await createLog(url, schema);
  const write = (count: number, key: string) =>
    pool.query(
      `INSERT INTO outbox (type, key, data)
       SELECT 'price.changed.v1', coalesce($2, 'variant_' || n % 10000), '{"priceVersion": 1}'
       FROM generate_series(1, $1) n`,
      [count, key || null],
    );
  for (let left: number = length; left > 0; left -= 10_000) await write(Math.min(left, 10_000), '');
  await pool.query('VACUUM ANALYZE outbox');

  const { log, close } = await open(1);
  return {
    async measure(figures: Figures): Promise<void> {
      const stream = await log.stream({ keys: ['followed'] });
      const start = stream.position();
      for (let n = 0; n < perRound; n++) {
        const written = performance.now();
        const told = stream.next();
        await write(1, 'followed');
        await told;
        figures.told.push(performance.now() - written);
      }
      await stream.return?.();
      for (let n = 0; n < perRound; n++) {
        const asked = performance.now();
        await log.read({ after: start, first: 50, types: ['price.changed.v1'] });
        figures.page.push(performance.now() - asked);
      }
    },
    close,
  };
}

async function main(): Promise<void> {
  const server = await startThrowAwayPostgres();
  const contenders: Contender[] = [];
  try {
    for (const length of lengths)
      contenders.push({
        length,
        figures: { told: [], page: [] },
        ...(await openLog(server.url, length)),
      });
    for (const { measure } of contenders) await measure({ told: [], page: [] });
    for (let round = 0; round < rounds; round++)
      for (const { measure, figures } of contenders) await measure(figures);
    const cells = (values: number[]) =>
      `${median(values).toFixed(2)} | ${percentile(
        values.toSorted((a, b) => a - b),
        99,
      ).toFixed(2)}`;
    process.stdout.write(
      '| events in the log | written to told, p50 ms | p99 | page of 50 near the end, p50 ms | p99 |\n' +
        '| ---: | ---: | ---: | ---: | ---: |\n' +
        contenders
          .map(({ length, figures: { told, page } }) => `| ${length} | ${cells(told)} | ${cells(page)} |\n`)
          .join(''),
    );
  } finally {
    for (const { close } of contenders) await close();
    await server.stop();
  }
}

await main();
