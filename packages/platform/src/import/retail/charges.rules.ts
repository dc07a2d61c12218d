/** Codes that the shop's tills use for what is no product, with what they stand for. Upper case. */
const charges: ReadonlySet<string> = new Set([
  'POST', // postage
  'DOT', // postage of the web shop
  'C2', // carriage
  '23444', // next-day carriage
  'M', // typed in by hand
  'D', // discount
  'S', // samples
  'B', // bad debt
  'BANK CHARGES',
  'AMAZONFEE',
  'CRUK', // commission to a charity
]);

/** Whether a stock code names a fee, a discount or a correction rather than something to put on a shelf. */
export const isCharge = (sku: string): boolean => charges.has(sku);
