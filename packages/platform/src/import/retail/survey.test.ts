import { expect, test } from 'vitest';
import { MalformedFile } from '../malformed-file.ts';
import { keptRows, rejectedRows } from '../tally.ts';
import { invoiceParts } from './invoices.ts';
import type { RetailRow } from './retail-row.ts';
import { nameOf, newRetailSurvey, type RetailSurvey, surveyPart } from './survey.ts';

const row = (differences: Partial<RetailRow> = {}): RetailRow => ({
  line: 0,
  invoice: '1',
  stockCode: 'LAMP',
  description: 'LAMP',
  quantity: 1,
  at: new Date('2011-01-01T09:00:00Z'),
  unitPrice: 100n,
  customer: '7',
  country: 'France',
  ...differences,
});

async function survey(rows: Partial<RetailRow>[]): Promise<RetailSurvey> {
  async function* numbered() {
    for (const [i, differences] of rows.entries()) yield row({ ...differences, line: i + 2 });
  }
  const found = newRetailSurvey();
  const fail = (line: number, problem: string) => new MalformedFile('file.csv', line, problem);
  for await (const part of invoiceParts(numbered())) surveyPart(found, part, fail);
  return found;
}

test('the name used most often wins, whatever its case and padding', async () => {
  const { products } = await survey([
    { description: 'RED LAMP' },
    { invoice: '2', description: 'LAMP, RED' },
    { invoice: '3', description: ' LAMP, RED' },
    { invoice: '4', description: 'wrongly coded' },
  ]);
  expect(nameOf('LAMP', products.get('LAMP')!)).toBe('Lamp, Red');
});

test('of names used equally often the first in the alphabet wins; a product without any is called by its code', async () => {
  const { products } = await survey([
    { description: 'RED LAMP' },
    { invoice: '2', description: 'BLUE LAMP' },
    { invoice: '3', stockCode: 'VASE', description: '?' },
  ]);
  expect(nameOf('LAMP', products.get('LAMP')!)).toBe('Blue Lamp');
  expect(nameOf('VASE', products.get('VASE')!)).toBe('VASE');
});

test('the price is that of the newest sale, or of a cancellation where nothing was sold', async () => {
  const later = new Date('2011-02-01T09:00:00Z');
  const { products } = await survey([
    { unitPrice: 300n, at: later },
    { invoice: '2', unitPrice: 200n },
    { invoice: 'C3', unitPrice: 900n, quantity: -1, at: new Date('2011-03-01T09:00:00Z') },
    { invoice: 'C4', stockCode: 'VASE', unitPrice: 400n, quantity: -1 },
  ]);
  expect(products.get('LAMP')?.price).toMatchObject({ minor: 300n, at: later });
  expect(products.get('VASE')?.price).toMatchObject({ minor: 400n });
});

test('of rows that repeat each other within an invoice the first counts', async () => {
  const { tally } = await survey([{}, { quantity: 2 }, {}, { invoice: '2' }]);
  expect(tally.rejected).toEqual(new Map([['repeats another row of its invoice', 1]]));
  expect([tally.rows, keptRows(tally), rejectedRows(tally)]).toEqual([4, 3, 1]);
});

test('orders, cancellations and accounts are those with a line that is kept', async () => {
  const found = await survey([
    {},
    { invoice: '2', customer: '', stockCode: 'POST' },
    { invoice: '3', customer: '' },
    { invoice: 'C4', quantity: -1 },
  ]);
  expect(found).toMatchObject({ orders: 2, cancellations: 1 });
  expect([...found.accounts.keys()]).toEqual(['customer:7', 'guest:France']);
});

test('an invoice whose rows stand apart is one order, also when its first part leaves nothing', async () => {
  const found = await survey([
    { invoice: '1', unitPrice: 0n },
    { invoice: '2' },
    { invoice: '1' },
    { invoice: '2', quantity: 5 },
  ]);
  expect(found.orders).toBe(2);
  expect(
    [...found.laterParts].map(([invoice, parts]) => [invoice, parts.map(({ firstLine }) => firstLine)]),
  ).toEqual([
    ['1', [4]],
    ['2', [5]],
  ]);
});
