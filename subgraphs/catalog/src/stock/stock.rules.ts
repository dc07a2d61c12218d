import type { StockRefusal } from '@meridian/contracts/catalog';

export type VariantForOrder = {
  id: string;
  sku: string;
  name: string;
  product: { name: string };
  priceMinor: bigint;
  currency: string;
  onHand: number;
};

type Line = { variantId: string; quantity: number; expectedPriceMinor: number; currency: string };

/** Why this line cannot be taken from stock at the price that the buyer saw; null when it can. */
export function whyNotTakeable(line: Line, variant: VariantForOrder | undefined): StockRefusal | null {
  const { variantId } = line;
  if (!variant) return { variantId, reason: 'UNKNOWN_VARIANT', available: 0, currentPrice: null };
  const { onHand: available, priceMinor, currency } = variant;
  const currentPrice = { amountMinor: Number(priceMinor), currency };
  if (currentPrice.amountMinor !== line.expectedPriceMinor || currency !== line.currency)
    return { variantId, reason: 'PRICE_CHANGED', available, currentPrice };
  if (available < line.quantity) return { variantId, reason: 'INSUFFICIENT_STOCK', available, currentPrice };
  return null;
}
