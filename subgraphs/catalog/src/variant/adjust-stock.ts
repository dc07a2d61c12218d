import { stockChanged } from '@meridian/contracts/catalog';
import { type Once, once } from '@meridian/kernel/idempotency';
import { publish } from '@meridian/kernel/outbox';
import { whyStale } from '@meridian/kernel/stale-version';
import { unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { AdjustStockInput } from '../generated/graphql.ts';
import { lockVariant } from './lock-variant.ts';
import type { VariantOutcome } from './variant.outcome.ts';
import { whyNotAdjustable } from './variant.rules.ts';

/** A delivery, a stocktaking, a breakage: more or fewer, told as `stock.changed.v1`. */
export async function adjustStock(
  { db, rows }: Pick<Context, 'db' | 'rows'>,
  viewer: Viewer,
  input: AdjustStockInput,
): Promise<Once<Omit<VariantOutcome, 'replayed'>>> {
  const { variantId, delta, expectedVersion, reason } = input;
  const outcome = await db.$transaction((tx) =>
    once(tx, viewer, { operation: 'adjustStock', input }, async () => {
      const variant = await lockVariant(tx, variantId);
      if (!variant) return { userErrors: [unknownEntity(`There is no variant ${variantId}`, 'variantId')] };
      const because = whyStale(variant.stockVersion, expectedVersion) ?? whyNotAdjustable(variant, delta);
      if (because) return { variantId, userErrors: [because] };

      const { onHand: available, stockVersion } = await tx.productVariant.update({
        where: { id: variantId },
        data: { onHand: { increment: delta }, stockVersion: { increment: 1 } },
      });
      await publish(tx, stockChanged.of(variantId, { variantId, available, delta, reason, stockVersion }));
      return { variantId, userErrors: [] };
    }),
  );
  await rows.variants.invalidate([variantId]);
  return outcome;
}
