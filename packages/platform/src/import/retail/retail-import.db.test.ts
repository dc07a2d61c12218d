import { gzipSync } from 'node:zlib';
import { withClient } from '@meridian/database/connection';
import { createTestDatabase, useTestDatabase } from '@meridian/testkit/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoints } from '../checkpoints.ts';
import { contentsOf, importInto, makeFolder } from '../import-setup.fixture.ts';
import { retail } from './retail-dataset.ts';
import { dirtyRetailFile, retailHeader } from './retail-file.fixture.ts';
import { retailIds } from './retail-ids.ts';

const database = useTestDatabase();
let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

type OrderRow = {
  number: string;
  status: string;
  total: string;
  at: string;
  customer: string;
  lines: string[];
};

const ordersNamed = (numbers: string[]) =>
  withClient(database.adminUrl, async (client) => {
    const { rows } = await client.query<OrderRow>(
      `SELECT number, status, total_minor::text AS total, u.display_name AS customer,
              to_char(placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS at,
              (SELECT array_agg(concat_ws(' ', quantity, sku, product_name, unit_price_minor) ORDER BY position)
                 FROM orders.order_lines WHERE order_id = o.id) AS lines
         FROM orders.orders o JOIN users.users u ON u.id = o.customer_id
        WHERE number = ANY($1) ORDER BY number`,
      [numbers],
    );
    return rows;
  });

test('invoices become orders, cancellations cancelled orders, and dirt is mended or left out', async () => {
  const rows = [
    '536365,85123A,WHITE HANGING  HEART ,6,2010-12-01 08:26:00,2.55,17850.0,France',
    '536365,85123a,wrongly coded,1,2010-12-01 08:27:00,2.5,17850.0,France',
    '536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.0,17850.0,France',
    '536366,71053,METAL LANTERN,2,2010-12-01 09:00:00,3.39,,EIRE',
    'C536367,71053,METAL LANTERN,-1,2010-12-02 10:00:00,3.39,17850.0,France',
    '536368,71053,,-5,2010-12-02 10:00:00,0.0,,EIRE',
    '536365,71053,METAL LANTERN,3,2010-12-01 08:26:00,3.4,17850.0,France',
  ];
  const file = await folder.file('orders.csv', [retailHeader, ...rows].join('\n'));
  const outcome = await importInto(database, retail, file, { batchRows: 1 });
  expect(outcome).toMatchObject({ end: 'done', throughLine: 8 });
  expect(await ordersNamed(['R-536365', 'R-536366', 'R-C536367', 'R-536368'])).toEqual([
    {
      number: 'R-536365',
      status: 'DELIVERED',
      total: '2800',
      at: '2010-12-01 08:26',
      customer: 'Customer 17850',
      lines: [
        '6 85123A White Hanging Heart 255',
        '1 85123A White Hanging Heart 250',
        '3 71053 Metal Lantern 340',
      ],
    },
    {
      number: 'R-536366',
      status: 'DELIVERED',
      total: '678',
      at: '2010-12-01 09:00',
      customer: 'Guest (EIRE)',
      lines: ['2 71053 Metal Lantern 339'],
    },
    {
      number: 'R-C536367',
      status: 'CANCELLED',
      total: '339',
      at: '2010-12-02 10:00',
      customer: 'Customer 17850',
      lines: ['1 71053 Metal Lantern 339'],
    },
  ]);
});

test('a corrected file replaces its invoices, and leaves the stock alone', async () => {
  const before = [
    '900001,LAMP,LAMP,6,2011-06-01 08:26:00,2.55,1,France',
    '900001,VASE,VASE,1,2011-06-01 08:26:00,4.0,1,France',
  ];
  await importInto(database, retail, await folder.file('before.csv', [retailHeader, ...before].join('\n')));
  await withClient(database.adminUrl, (client) =>
    client.query('UPDATE catalog.product_variants SET on_hand = 7 WHERE id = $1', [
      retailIds.variant('LAMP'),
    ]),
  );

  const after = ['900001,LAMP,LAMP,5,2011-06-01 08:26:00,2.6,1,France'];
  await importInto(database, retail, await folder.file('after.csv', [retailHeader, ...after].join('\n')));
  expect(await ordersNamed(['R-900001'])).toMatchObject([{ total: '1300', lines: ['5 LAMP Lamp 260'] }]);
  const { rows } = await withClient(database.adminUrl, (client) =>
    client.query('SELECT on_hand, price_minor::int AS price FROM catalog.product_variants WHERE id = $1', [
      retailIds.variant('LAMP'),
    ]),
  );
  expect(rows).toEqual([{ on_hand: 7, price: 260 }]);
});

describe('a file with all kinds of dirt', () => {
  const invoices = 300;

  test('a second run changes nothing and says so, also from the gzip', async () => {
    const file = await folder.file('dirty.csv', dirtyRetailFile(invoices));
    const first = await importInto(database, retail, file);
    expect(first.changed).toBeGreaterThan(invoices);
    const contents = await contentsOf(database);
    expect(await importInto(database, retail, file)).toEqual({
      ...first,
      end: 'done before',
      resumedAfter: first.throughLine,
      changed: 0,
    });
    const zipped = await folder.file('dirty.csv.gz', gzipSync(dirtyRetailFile(invoices)));
    expect(await importInto(database, retail, zipped)).toMatchObject({ end: 'done before' });
    expect(await contentsOf(database)).toEqual(contents);

    await withClient(database.adminUrl, (client) => client.query('TRUNCATE platform.imports'));
    expect(await importInto(database, retail, file)).toMatchObject({ end: 'done', changed: 0 });
    expect(await contentsOf(database)).toEqual(contents);
  });

  test('stopped after any batch and started again, it ends with the same rows, whatever the size of batches', async () => {
    const file = await folder.file('stopped.csv', dirtyRetailFile(invoices));
    const [whole, pieces] = [await createTestDatabase(), await createTestDatabase()];
    await importInto(whole, retail, file, { batchRows: 1_000_000 });

    let runs = 0;
    let reached = 0;
    for (let end = 'stopped'; end === 'stopped'; runs += 1) {
      const outcome = await importInto(pieces, retail, file, { batchRows: 30 + runs, stopAfter: 2 });
      expect(outcome.resumedAfter).toBe(reached);
      reached = outcome.throughLine;
      end = outcome.end;
    }
    expect(runs).toBeGreaterThan(5);
    expect(await contentsOf(pieces)).toEqual(await contentsOf(whole));
    await whole.drop();
    await pieces.drop();
  });
});

test.each([
  ['536999,LAMP,LAMP,six,2010-12-01 08:26:00,2.55,1,France', 'Quantity "six" is not a whole number'],
  [
    '536999,LAMP,LAMP,6,2010-02-30 08:26:00,2.55,1,France',
    'InvoiceDate "2010-02-30 08:26:00" is not a date and time',
  ],
  ['536999,LAMP,LAMP,6,2010-12-01 08:26:00,£2,1,France', 'UnitPrice "£2" is not a price'],
  ['5369-99,LAMP,LAMP,6,2010-12-01 08:26:00,2.55,1,France', 'InvoiceNo "5369-99" is not an invoice number'],
  ['536999,,LAMP,6,2010-12-01 08:26:00,2.55,1,France', 'StockCode "" is not a stock code'],
  ['536999,LAMP,LAMP,6,2010-12-01 08:26:00,2.55,Smith,France', 'CustomerID "Smith" is not a customer number'],
  ['536999,LAMP,LAMP,6,2010-12-01 08:26:00,2.55,1', 'Invalid Record Length'],
])('a file with the line %s is refused whole, and the line named', async (line, problem) => {
  const lines = dirtyRetailFile(40).split('\n');
  const file = await folder.file(
    'malformed.csv',
    [...lines.slice(0, 60), line, ...lines.slice(60)].join('\n'),
  );
  const contents = await contentsOf(database);
  await expect(importInto(database, retail, file)).rejects.toThrow(`malformed.csv, line 61: ${problem}`);
  expect(await contentsOf(database)).toEqual(contents);
});

test('two imports at once into one database are not let happen', async () => {
  const checkpoints = await openCheckpoints(database.adminUrl);
  await expect(openCheckpoints(database.adminUrl)).rejects.toThrow(
    'Another import into this database is under way',
  );
  await checkpoints.close();
});
