import type { MalformedFile } from '../malformed-file.ts';
import { countKept, countRejected, increment, newTally, type Tally } from '../tally.ts';
import { headOf, type InvoicePart, soldLines } from './invoices.ts';
import { isCancellation, type SoldLine } from './judge-row.rules.ts';
import type { RetailRow } from './retail-row.ts';

/**
 * What must be known of the whole file before its first order is written. It grows with the products, customers and
 * invoices of the file (an entry of a set each), not with its rows.
 */
export type RetailSurvey = {
  tally: Tally;
  products: Map<string, ProductFacts>;
  /** First seen, by account: `customer:17850` or `guest:France`. */
  accounts: Map<string, Date>;
  /** Every invoice so far, and whether it has a line that is kept. */
  invoices: Map<string, boolean>;
  /** Later parts of invoices whose rows do not stand together, by number. */
  laterParts: Map<string, InvoicePart[]>;
  laterRows: number;
  orders: number;
  cancellations: number;
};

export type ProductFacts = {
  /** How often each name was used where the product was sold or taken back. */
  names: Map<string, number>;
  firstSeen: Date;
  /** In pence: of the newest sale, else of the newest cancellation. */
  price: { minor: bigint; at: Date; sold: boolean };
};

export const newRetailSurvey = (): RetailSurvey => ({
  tally: newTally(),
  products: new Map(),
  accounts: new Map(),
  invoices: new Map(),
  laterParts: new Map(),
  laterRows: 0,
  orders: 0,
  cancellations: 0,
});

/** Later parts are held in memory; a file sorted by product would be nothing else. */
const maxLaterRows = 100_000;

/** @throws MalformedFile when too many invoices are scattered over the file */
export function surveyPart(
  survey: RetailSurvey,
  part: InvoicePart,
  fail: (line: number, problem: string) => MalformedFile,
): void {
  const { tally, invoices } = survey;
  const lines = soldLines(part.rows, (row, verdict) => {
    if ('rejected' in verdict) return countRejected(tally, verdict.rejected);
    countKept(tally, verdict.mends);
    seeProduct(survey.products, row, verdict.kept);
  });

  const known = invoices.get(part.invoice);
  if (known !== undefined) {
    survey.laterRows += part.rows.length;
    if (survey.laterRows > maxLaterRows)
      throw fail(
        part.firstLine,
        'the rows of too many invoices are scattered over the file; sort it by InvoiceNo',
      );
    survey.laterParts.set(part.invoice, [...(survey.laterParts.get(part.invoice) ?? []), part]);
  }
  invoices.set(part.invoice, known || lines.length > 0);
  if (lines.length === 0) return;

  seeAccount(survey.accounts, headOf(part.rows));
  if (known) return;
  if (isCancellation(part.invoice)) survey.cancellations += 1;
  else survey.orders += 1;
}

/** The name that stands for who bought: a customer of the shop, or all guests of a country. */
export const accountName = ({ customer, country }: Pick<RetailRow, 'customer' | 'country'>): string =>
  customer ? `customer:${customer}` : `guest:${country}`;

function seeAccount(
  accounts: RetailSurvey['accounts'],
  head: Pick<RetailRow, 'customer' | 'country' | 'at'>,
): void {
  const name = accountName(head);
  const known = accounts.get(name);
  if (!known || head.at < known) accounts.set(name, head.at);
}

function seeProduct(
  products: RetailSurvey['products'],
  row: RetailRow,
  { sku, name, unitPriceMinor }: SoldLine,
): void {
  const price = { minor: unitPriceMinor, at: row.at, sold: !isCancellation(row.invoice) };
  let product = products.get(sku);
  if (!product) {
    product = { names: new Map(), firstSeen: row.at, price };
    products.set(sku, product);
  }
  if (row.at < product.firstSeen) product.firstSeen = row.at;
  if (name !== null) increment(product.names, name);
  if (isNewer(price, product.price)) product.price = price;
}

/** A sale says more of a price than a cancellation does; of sales at the same minute the later row counts. */
const isNewer = (price: ProductFacts['price'], known: ProductFacts['price']): boolean =>
  price.sold === known.sold ? price.at >= known.at : price.sold;

/** The name used most often, of two the first in the alphabet; the stock code where no row has a name. */
export function nameOf(sku: string, { names }: ProductFacts): string {
  const [best] = [...names].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return best?.[0] ?? sku;
}
