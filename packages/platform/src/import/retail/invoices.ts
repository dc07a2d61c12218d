import { judgeRow, type Mend, type Rejection, type SoldLine } from './judge-row.rules.ts';
import type { RetailRow } from './retail-row.ts';

/** Rows of one invoice that follow each other in the file. */
export type InvoicePart = {
  invoice: string;
  rows: [RetailRow, ...RetailRow[]];
  firstLine: number;
  lastLine: number;
};

/** Puts together what stands together, one part in memory at a time. */
export async function* invoiceParts(rows: AsyncIterable<RetailRow>): AsyncGenerator<InvoicePart> {
  let part: InvoicePart | undefined;
  for await (const row of rows) {
    if (part?.invoice === row.invoice) {
      part.rows.push(row);
      part.lastLine = row.line;
    } else {
      if (part) yield part;
      part = { invoice: row.invoice, rows: [row], firstLine: row.line, lastLine: row.line };
    }
  }
  if (part) yield part;
}

/** What is told of every row of an invoice; a kept row comes with its line. */
export type OnVerdict = (
  row: RetailRow,
  verdict: { kept: SoldLine; mends: Mend[] } | { rejected: Rejection },
) => void;

/** The lines that an invoice's rows leave once each row is judged; of rows that are the same in every column the first counts. */
export function soldLines(rows: readonly RetailRow[], onVerdict?: OnVerdict): SoldLine[] {
  const seen = new Set<string>();
  const lines: SoldLine[] = [];
  for (const row of rows) {
    let verdict = judgeRow(row);
    if ('kept' in verdict) {
      const content = contentOf(row);
      if (seen.has(content)) verdict = { rejected: 'repeats another row of its invoice' };
      else {
        seen.add(content);
        lines.push(verdict.kept);
      }
    }
    onVerdict?.(row, verdict);
  }
  return lines;
}

const contentOf = ({
  stockCode,
  description,
  quantity,
  at,
  unitPrice,
  customer,
  country,
}: RetailRow): string =>
  [stockCode, description, quantity, at.getTime(), unitPrice, customer, country].join('\n');

/** What an invoice says in each of its rows; 34 invoices of the file were typed across a minute's end: the first minute counts. */
export function headOf(
  rows: readonly [RetailRow, ...RetailRow[]],
): Pick<RetailRow, 'invoice' | 'at' | 'customer' | 'country'> {
  const [{ invoice, country }] = rows;
  const at = new Date(rows.reduce((first, row) => Math.min(first, row.at.getTime()), Infinity));
  const customer = rows.find((row) => row.customer)?.customer.replace(/\.0$/, '') ?? '';
  return { invoice, at, customer, country };
}
