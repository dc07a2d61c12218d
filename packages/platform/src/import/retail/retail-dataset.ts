import type { CsvRow } from '../csv-file.ts';
import type { Dataset } from '../dataset.ts';
import { type InvoicePart, invoiceParts } from './invoices.ts';
import { parseRetailRow, type RetailRow, retailColumns } from './retail-row.ts';
import { newRetailSurvey, type RetailSurvey, surveyPart } from './survey.ts';
import { writeOrders } from './write-orders.ts';
import { writeParents } from './write-parents.ts';

type Column = (typeof retailColumns)[number];

/**
 * The UCI "Online Retail" file. Of a month, the revenue is the sum of `Quantity × UnitPrice` over the rows that are kept
 * of invoices that are no cancellations, and the orders are the invoices with such rows.
 */
export const retail: Dataset<Column, InvoicePart, RetailSurvey> = {
  name: 'retail.1',
  columns: retailColumns,
  items: (rows) => invoiceParts(parsed(rows)),
  newSurvey: newRetailSurvey,
  survey: surveyPart,
  tally: ({ tally }) => tally,
  writeParents,
  writeBatch: writeOrders,
  figures: ({ products, accounts, orders, cancellations }) => [
    ['products', products.size],
    ['customers', [...accounts.keys()].filter((name) => name.startsWith('customer:')).length],
    [
      'guest accounts, one per country',
      [...accounts.keys()].filter((name) => name.startsWith('guest:')).length,
    ],
    ['orders', orders],
    ['cancellations', cancellations],
  ],
};

async function* parsed(rows: AsyncIterable<CsvRow<Column>>): AsyncGenerator<RetailRow> {
  for await (const row of rows) yield parseRetailRow(row);
}
