import { z } from 'zod';
import { contract, moneyShape } from './contract.ts';

/** The scope of the service commands below; no person holds it. */
export const stockCommandScope = 'service:stock';

export const priceChanged = contract('price.changed.v1', {
  variantId: z.string().describe('The variant'),
  previous: moneyShape.describe('The price before'),
  current: moneyShape.describe('The price from now on'),
  priceVersion: z.int().describe('Counts the prices of the variant'),
});

export const stockChanged = contract('stock.changed.v1', {
  variantId: z.string().describe('The variant'),
  available: z.int().describe('How many there are now'),
  delta: z.int().describe('How many more there are than before'),
  reason: z.string().describe('Why'),
  stockVersion: z.int().describe('Counts the changes of the stock of the variant'),
});

/** What a buyer saw when an order was placed; kept on the order for good. */
export const lineSnapshot = z.object({
  variantId: z.string(),
  sku: z.string(),
  productName: z.string(),
  variantName: z.string(),
  quantity: z.int(),
  unitPrice: moneyShape,
});
export type LineSnapshot = z.infer<typeof lineSnapshot>;

export const stockRefusal = z.object({
  variantId: z.string(),
  reason: z.enum(['UNKNOWN_VARIANT', 'INSUFFICIENT_STOCK', 'PRICE_CHANGED']),
  available: z.int(),
  currentPrice: moneyShape.nullable(),
});
export type StockRefusal = z.infer<typeof stockRefusal>;
