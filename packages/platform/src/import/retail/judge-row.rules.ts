import { isCharge } from './charges.rules.ts';
import { isRemark, tidyName } from './description.rules.ts';
import type { RetailRow } from './retail-row.ts';

/** A line that goes into an order. */
export type SoldLine = {
  sku: string;
  /** The tidied description; null where the row has none or only a remark: the product's name stands in. */
  name: string | null;
  /** From 1, also on a cancellation: how many come back. */
  quantity: number;
  /** In pence, from 1. */
  unitPriceMinor: bigint;
};

export type Verdict = { kept: SoldLine; mends: Mend[] } | { rejected: Rejection };

export type Rejection =
  | 'entry of the books, no invoice'
  | 'charge, discount or fee, no product'
  | 'stock correction (negative quantity without a cancellation)'
  | 'cancellation that takes nothing back'
  | 'negative price'
  | 'price 0: nothing was sold'
  | 'price in fractions of a penny'
  | 'repeats another row of its invoice';

export type Mend =
  | 'stock code put in upper case'
  | 'description missing: the name of the product taken'
  | 'remark for a description: the name of the product taken'
  | 'description padded with spaces: trimmed'
  | 'customer number written as a decimal: read as whole'
  | 'no customer: booked on the guest account of the country';

/** Cancellations have numbers of their own; what they cancel is not said. */
export const isCancellation = (invoice: string): boolean => invoice.startsWith('C');

/** Whether a row goes into an order, mended where that needs no guess, or why not: the first reason that holds. */
export function judgeRow(row: RetailRow): Verdict {
  const sku = row.stockCode.toUpperCase();
  const { unitPrice } = row;
  const rejected = whyRejected(row, sku);
  if (rejected) return { rejected };
  if (unitPrice === 'finer') return { rejected: 'price in fractions of a penny' };

  const description = row.description.trim();
  const remark = isRemark(description);
  const mends: Mend[] = [];
  if (sku !== row.stockCode) mends.push('stock code put in upper case');
  if (!description) mends.push('description missing: the name of the product taken');
  else if (remark) mends.push('remark for a description: the name of the product taken');
  else if (description.replace(/\s+/g, ' ') !== row.description)
    mends.push('description padded with spaces: trimmed');
  if (row.customer.endsWith('.0')) mends.push('customer number written as a decimal: read as whole');
  if (!row.customer) mends.push('no customer: booked on the guest account of the country');
  return {
    kept: {
      sku,
      name: remark ? null : tidyName(description),
      quantity: Math.abs(row.quantity),
      unitPriceMinor: unitPrice,
    },
    mends,
  };
}

function whyRejected({ invoice, quantity, unitPrice }: RetailRow, sku: string): Rejection | null {
  if (!/^C?\d/.test(invoice)) return 'entry of the books, no invoice';
  if (isCharge(sku)) return 'charge, discount or fee, no product';
  if (isCancellation(invoice) && quantity >= 0) return 'cancellation that takes nothing back';
  if (!isCancellation(invoice) && quantity <= 0)
    return 'stock correction (negative quantity without a cancellation)';
  if (typeof unitPrice === 'bigint' && unitPrice < 0n) return 'negative price';
  if (unitPrice === 0n) return 'price 0: nothing was sold';
  return null;
}
