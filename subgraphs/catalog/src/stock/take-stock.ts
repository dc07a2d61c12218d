import {
  type LineSnapshot,
  lineSnapshot,
  type StockRefusal,
  stockChanged,
} from '@meridian/contracts/catalog';
import { badInput } from '@meridian/kernel/errors';
import { publish } from '@meridian/kernel/outbox';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { TakeStockInput } from '../generated/graphql.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { type VariantForOrder, whyNotTakeable } from './stock.rules.ts';

export type TakeStockOutcome = { lines: LineSnapshot[]; refusals: StockRefusal[] };

const snapshots = z.array(lineSnapshot);

/**
 * Takes all lines of an order, or none and says why. The row of the order is written first: a second call for the same
 * order waits for it and gets the same answer, and an order whose stock was returned before can take none.
 */
export async function takeStock(
  { db, rows }: Pick<Context, 'db' | 'rows'>,
  { orderId, lines }: TakeStockInput,
): Promise<TakeStockOutcome> {
  // One order everywhere in which rows are locked: two orders for the same variants can not wait for each other.
  const ids = lines.map(({ variantId }) => variantId).sort();
  if (new Set(ids).size !== ids.length) throw badInput('Each variant may stand on one line only', 'lines');

  const outcome = await db.$transaction(async (tx): Promise<TakeStockOutcome> => {
    const { count } = await tx.stockTake.createMany({
      data: [{ orderId, state: 'TAKEN', lines: [] }],
      skipDuplicates: true,
    });
    if (count === 0) return earlierAnswer(tx, orderId, ids);

    const variants = await lockVariants(tx, ids);
    const refusals = lines.flatMap((line) => whyNotTakeable(line, variants.get(line.variantId)) ?? []);
    if (refusals.length > 0) {
      await tx.stockTake.delete({ where: { orderId } });
      return { lines: [], refusals };
    }
    const taken: LineSnapshot[] = [];
    for (const { variantId, quantity } of lines) {
      const variant = variants.get(variantId);
      if (!variant) continue;
      const { onHand: available, stockVersion } = await tx.productVariant.update({
        where: { id: variantId },
        data: { onHand: { decrement: quantity }, stockVersion: { increment: 1 } },
      });
      const change = { variantId, available, delta: -quantity, reason: `order ${orderId}`, stockVersion };
      await publish(tx, stockChanged.of(variantId, change));
      taken.push({ ...snapshotOf(variant), quantity });
    }
    await tx.stockTake.update({ where: { orderId }, data: { lines: taken } });
    return { lines: taken, refusals: [] };
  });
  await rows.variants.invalidate(ids);
  return outcome;
}

async function earlierAnswer(
  tx: Prisma.TransactionClient,
  orderId: string,
  ids: string[],
): Promise<TakeStockOutcome> {
  const { state, lines } = await tx.stockTake.findUniqueOrThrow({ where: { orderId } });
  if (state === 'TAKEN') return { lines: snapshots.parse(lines), refusals: [] };
  const gone = { reason: 'INSUFFICIENT_STOCK', available: 0, currentPrice: null } as const;
  return { lines: [], refusals: ids.map((variantId) => ({ variantId, ...gone })) };
}

async function lockVariants(
  tx: Prisma.TransactionClient,
  ids: string[],
): Promise<Map<string, VariantForOrder>> {
  await tx.$queryRaw`SELECT FROM product_variants WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE`;
  const variants = await tx.productVariant.findMany({
    where: { id: { in: ids } },
    include: { product: true },
  });
  return new Map(variants.map((variant) => [variant.id, variant]));
}

const snapshotOf = ({ id, sku, name, product, priceMinor, currency }: VariantForOrder) => ({
  variantId: id,
  sku,
  productName: product.name,
  variantName: name,
  unitPrice: { amountMinor: Number(priceMinor), currency },
});
