import { lineSnapshot, stockChanged } from '@meridian/contracts/catalog';
import { publish } from '@meridian/kernel/outbox';
import { z } from 'zod';
import type { Context } from '../context.ts';

const snapshots = z.array(lineSnapshot);

/**
 * Puts back what an order took. Safe to repeat; called before `takeStock` (a cancellation that overtook it),
 * it leaves a mark by which that order can take nothing later.
 */
export async function returnStock(
  { db, rows }: Pick<Context, 'db' | 'rows'>,
  orderId: string,
): Promise<{ returned: boolean }> {
  const returned = await db.$transaction(async (tx) => {
    const { count } = await tx.stockTake.createMany({
      data: [{ orderId, state: 'RETURNED', lines: [] }],
      skipDuplicates: true,
    });
    if (count > 0) return [];
    const [take] = await tx.stockTake.updateManyAndReturn({
      where: { orderId, state: 'TAKEN' },
      data: { state: 'RETURNED' },
    });
    const lines = take ? snapshots.parse(take.lines) : [];
    for (const { variantId, quantity } of lines.toSorted((a, b) => (a.variantId < b.variantId ? -1 : 1))) {
      const { onHand: available, stockVersion } = await tx.productVariant.update({
        where: { id: variantId },
        data: { onHand: { increment: quantity }, stockVersion: { increment: 1 } },
      });
      const change = {
        variantId,
        available,
        delta: quantity,
        reason: `order ${orderId} cancelled`,
        stockVersion,
      };
      await publish(tx, stockChanged.of(variantId, change));
    }
    return lines;
  });
  await rows.variants.invalidate(returned.map(({ variantId }) => variantId));
  return { returned: returned.length > 0 };
}
