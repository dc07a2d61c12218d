import type { CsvRow } from '../csv-file.ts';
import { minorUnits, utcInstant, wholeNumber } from '../fields.rules.ts';

export const retailColumns = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;
type Column = (typeof retailColumns)[number];

/** One line of an invoice as the till wrote it, read but not yet judged. */
export type RetailRow = {
  line: number;
  /** A number; with a `C` in front where it takes goods back, another letter for entries of the books. */
  invoice: string;
  stockCode: string;
  description: string;
  /** Below zero where goods come back. */
  quantity: number;
  /** The shop wrote local time without a zone; read as UTC, so that its months stay its months. */
  at: Date;
  /** In pence; `'finer'` for a price between two pence. */
  unitPrice: bigint | 'finer';
  customer: string;
  country: string;
};

/** @throws MalformedFile for a field that cannot be read */
export function parseRetailRow({ line, values, fail }: CsvRow<Column>): RetailRow {
  const read = <Value>(column: Column, parse: (text: string) => Value | null, expected: string): Value => {
    const value = parse(values[column].trim());
    if (value === null) throw fail(`${column} ${JSON.stringify(values[column])} is not ${expected}`);
    return value;
  };
  return {
    line,
    invoice: read(
      'InvoiceNo',
      (text) => text.match(/^[A-Z]?\d{1,12}$/)?.[0] ?? null,
      'an invoice number such as 536365 or C536379',
    ),
    stockCode: read(
      'StockCode',
      (text) => text.match(/^.{1,40}$/)?.[0] ?? null,
      'a stock code of 1 to 40 characters',
    ),
    description: values.Description,
    quantity: read('Quantity', wholeNumber, 'a whole number'),
    at: read('InvoiceDate', utcInstant, 'a date and time such as 2010-12-01 08:26:00'),
    unitPrice: read('UnitPrice', (text) => minorUnits(text, 2), 'a price such as 2.55'),
    customer: read(
      'CustomerID',
      (text) => text.match(/^(\d{1,12}(\.0)?)?$/)?.[0] ?? null,
      'a customer number such as 17850, or empty',
    ),
    country: values.Country.trim() || 'Unspecified',
  };
}
