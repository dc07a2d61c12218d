import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { retail } from '@meridian/platform/import/retail/retail-dataset';
import { runImport } from '@meridian/platform/import/run-import';
import { keptRows, rejectedRows } from '@meridian/platform/import/tally';
import { fromRoot } from '@meridian/platform/root';
import { describe, expect, test } from 'vitest';
import { useMeridian } from './meridian.ts';

const file = fromRoot('..', 'shared', 'data', 'retail-2010-12--2011-05.csv.gz');
const isThere = existsSync(file);
if (!isThere)
  process.stderr.write(`Not tested: the import of the real retail file, which is not at ${file}\n`);

type Sales = Record<string, { orders: number; pence: number }>;

/** Revenue and orders per month as the import defines them, computed from the text without any of our code. */
async function salesOfTheFile(): Promise<Sales> {
  const notSold = ['POST', 'DOT', 'C2', '23444', 'M', 'D', 'S', 'BANK CHARGES', 'AMAZONFEE'];
  const [months, seen] = [new Map<string, { orders: Set<string>; pence: number }>(), new Set<string>()];
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const [invoice = '', code = ''] = line.split(',', 2);
    const [, quantity, day = '', price] = /,(-?\d+),([\d-]+) [\d:]+,([\d.]+),[\d.]*,[^,]*$/.exec(line) ?? [];
    const pence = Math.round(Number(price) * 1000) / 10;
    const isSale =
      /^\d/.test(invoice) && !notSold.includes(code.toUpperCase()) && Number(quantity) > 0 && pence >= 1;
    if (!isSale || seen.has(line)) continue;
    const { orders, pence: sum } = months.get(day.slice(0, 7)) ?? { orders: new Set(), pence: 0 };
    months.set(day.slice(0, 7), { orders: orders.add(invoice), pence: sum + Number(quantity) * pence });
    seen.add(line);
  }
  return Object.fromEntries(
    [...months].map(([month, { orders, pence }]) => [
      month,
      { orders: orders.size, pence: Math.round(pence) },
    ]),
  );
}

describe.skipIf(!isThere)('after the import of the retail file', () => {
  const meridian = useMeridian('one process', { demoData: false });

  test('the router tells the revenue and the number of orders per month of the file', async () => {
    const { end, tally } = await runImport({
      dataset: retail,
      file,
      pools: meridian.pools,
      checkpoints: {
        find: async () => ({ throughLine: 0, finishedAt: null }),
        advance: async () => {},
        finish: async () => {},
        close: async () => {},
      },
      progress: { start() {}, reach() {}, end() {} },
      stop: new AbortController().signal,
    });
    expect(end).toBe('done');
    expect([tally.rows, keptRows(tally) + rejectedRows(tally)]).toEqual([209_029, 209_029]);

    const { salesByMonth } = await meridian.data(
      `{ salesByMonth(from: "2010-01-01T00:00:00Z", to: "2012-01-01T00:00:00Z", currency: "GBP") { month orders revenue { amountMinor } } }`,
      {},
      { subject: 'user_01h455vb4pex5vsknk084sn02q', scopes: ['orders:read'] },
    );
    const found = salesByMonth.map(({ month, orders, revenue }: any) => [
      month,
      { orders, pence: revenue.amountMinor },
    ]);
    expect(found).toHaveLength(6);
    expect(Object.fromEntries(found)).toEqual(await salesOfTheFile());

    const { rowCount: apart } = await meridian.pools.orders.query(
      `SELECT FROM orders o WHERE total_minor <>
         (SELECT sum(quantity * unit_price_minor) FROM order_lines WHERE order_id = o.id)`,
    );
    expect(apart).toBe(0);
  }, 600_000);
});
