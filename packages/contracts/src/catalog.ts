import { z } from 'zod';
import { contract, moneyShape } from './contract.ts';

/** The scope of the service commands below; no person holds it. */
export const stockCommandScope = 'service:stock';

export const priceChanged = contract('price.changed.v1', {
  variantId: z.string(),
  previous: moneyShape,
  current: moneyShape,
  priceVersion: z.int(),
});

export const stockChanged = contract('stock.changed.v1', {
  variantId: z.string(),
  available: z.int(),
  delta: z.int(),
  reason: z.string(),
  stockVersion: z.int(),
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
