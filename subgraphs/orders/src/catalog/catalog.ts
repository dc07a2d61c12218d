import { lineSnapshot, stockRefusal } from '@meridian/contracts/catalog';
import { moneyShape } from '@meridian/contracts/contract';
import type { Peer } from '@meridian/kernel/peer';
import { z } from 'zod';

const variantForCart = z.object({
  id: z.string(),
  sku: z.string(),
  name: z.string(),
  product: z.object({ name: z.string() }),
  price: moneyShape,
  priceVersion: z.int(),
});
/** A variant as it goes into a cart, with its price now. */
export type VariantForCart = z.infer<typeof variantForCart>;

const stockTaken = z.object({ lines: z.array(lineSnapshot), refusals: z.array(stockRefusal) });
export type StockTaken = z.infer<typeof stockTaken>;

export type StockLine = { variantId: string; quantity: number; expectedPriceMinor: number; currency: string };

/**
 * What orders asks of the catalog. The commands are safe to repeat, by the order's id.
 * All throw SUBGRAPH_UNAVAILABLE when no answer came; the command may have been carried out all the same.
 */
export type Catalog = {
  /** Those that exist, in any order. */
  variantsForCart(ids: readonly string[]): Promise<VariantForCart[]>;
  /** Takes the stock of all lines, or of none and says why. */
  takeStock(orderId: string, lines: readonly StockLine[]): Promise<StockTaken>;
  /** Puts back what the order took, if anything; it can take nothing afterwards. */
  returnStock(orderId: string): Promise<void>;
};

const variantsQuery = `query VariantsForCart($ids: [ID!]!) {
  variantsForCart(ids: $ids) { id sku name product { name } price { amountMinor currency } priceVersion }
}`;
const takeMutation = `mutation TakeStock($input: TakeStockInput!) {
  takeStock(input: $input) {
    lines { variantId sku productName variantName quantity unitPrice { amountMinor currency } }
    refusals { variantId reason available currentPrice { amountMinor currency } }
  }
}`;
const returnMutation = `mutation ReturnStock($orderId: ID!) {
  returnStock(orderId: $orderId) { returned }
}`;

/** The catalog as one request, or the recovery, talks to it. */
export const catalogOver = (peer: Peer, correlationId: string): Catalog => ({
  async variantsForCart(ids) {
    const { variantsForCart } = await peer.call({
      query: variantsQuery,
      variables: { ids },
      correlationId,
      data: z.object({ variantsForCart: z.array(variantForCart) }),
    });
    return variantsForCart;
  },
  async takeStock(orderId, lines) {
    const { takeStock } = await peer.call({
      query: takeMutation,
      variables: { input: { orderId, lines } },
      correlationId,
      data: z.object({ takeStock: stockTaken }),
    });
    return takeStock;
  },
  async returnStock(orderId) {
    await peer.call({
      query: returnMutation,
      variables: { orderId },
      correlationId,
      data: z.object({ returnStock: z.object({ returned: z.boolean() }) }),
    });
  },
});
