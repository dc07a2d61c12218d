import { expect, test } from 'vitest';
import { judgeRow } from './judge-row.rules.ts';
import type { RetailRow } from './retail-row.ts';

const row = (differences: Partial<RetailRow> = {}): RetailRow => ({
  line: 2,
  invoice: '536365',
  stockCode: '85123A',
  description: 'WHITE METAL LANTERN',
  quantity: 6,
  at: new Date('2010-12-01T08:26:00Z'),
  unitPrice: 255n,
  customer: '17850',
  country: 'United Kingdom',
  ...differences,
});

test('a clean row is kept as it is', () => {
  expect(judgeRow(row())).toEqual({
    kept: { sku: '85123A', name: 'White Metal Lantern', quantity: 6, unitPriceMinor: 255n },
    mends: [],
  });
});

test.each<[string, Partial<RetailRow>]>([
  ['entry of the books, no invoice', { invoice: 'A563185', unitPrice: -1_106_206n, stockCode: 'B' }],
  ['charge, discount or fee, no product', { stockCode: 'POST' }],
  ['charge, discount or fee, no product', { stockCode: 'm' }],
  ['charge, discount or fee, no product', { stockCode: 'BANK CHARGES' }],
  ['charge, discount or fee, no product', { stockCode: 'D', invoice: 'C536379', quantity: -1 }],
  [
    'stock correction (negative quantity without a cancellation)',
    { quantity: -10, unitPrice: 0n, description: 'damages' },
  ],
  ['stock correction (negative quantity without a cancellation)', { quantity: 0 }],
  ['cancellation that takes nothing back', { invoice: 'C536379' }],
  ['negative price', { unitPrice: -1n }],
  ['price 0: nothing was sold', { unitPrice: 0n }],
  ['price in fractions of a penny', { unitPrice: 'finer' }],
])('rejected, %s', (rejected, differences) => {
  expect(judgeRow(row(differences))).toEqual({ rejected });
});

test.each<[string, Partial<RetailRow>, object]>([
  ['stock code put in upper case', { stockCode: '85123a' }, { sku: '85123A' }],
  ['description missing: the name of the product taken', { description: '  ' }, { name: null }],
  [
    'remark for a description: the name of the product taken',
    { description: 'wrongly sold sets' },
    { name: null },
  ],
  [
    'description padded with spaces: trimmed',
    { description: 'WHITE  METAL LANTERN ' },
    { name: 'White Metal Lantern' },
  ],
  ['customer number written as a decimal: read as whole', { customer: '17850.0' }, {}],
  ['no customer: booked on the guest account of the country', { customer: '' }, {}],
])('mended, %s', (mend, differences, kept) => {
  expect(judgeRow(row(differences))).toMatchObject({ kept, mends: [mend] });
});

test('a cancellation is kept with how many come back', () => {
  expect(judgeRow(row({ invoice: 'C536379', quantity: -6 }))).toMatchObject({ kept: { quantity: 6 } });
});
