import { priceChanged } from '@meridian/contracts/catalog';
import { type Once, once } from '@meridian/kernel/idempotency';
import { publish } from '@meridian/kernel/outbox';
import { whyStale } from '@meridian/kernel/stale-version';
import { unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { SetPriceInput } from '../generated/graphql.ts';
import { lockVariant } from './lock-variant.ts';
import type { VariantOutcome } from './variant.outcome.ts';
import { whyNotPrice } from './variant.rules.ts';

/** A new price, told as `price.changed.v1`. */
export async function setPrice(
  { db, rows }: Pick<Context, 'db' | 'rows'>,
  viewer: Viewer,
  input: SetPriceInput,
): Promise<Once<Omit<VariantOutcome, 'replayed'>>> {
  const { variantId, amountMinor, currency, expectedVersion } = input;
  const outcome = await db.$transaction((tx) =>
    once(tx, viewer, { operation: 'setPrice', input }, async () => {
      const variant = await lockVariant(tx, variantId);
      if (!variant) return { userErrors: [unknownEntity(`There is no variant ${variantId}`, 'variantId')] };
      const because = whyNotPrice(amountMinor) ?? whyStale(variant.priceVersion, expectedVersion);
      if (because) return { variantId, userErrors: [because] };

      const { priceVersion } = await tx.productVariant.update({
        where: { id: variantId },
        data: { priceMinor: BigInt(amountMinor), currency, priceVersion: { increment: 1 } },
      });
      const previous = { amountMinor: Number(variant.priceMinor), currency: variant.currency };
      const current = { amountMinor, currency };
      await publish(tx, priceChanged.of(variantId, { variantId, previous, current, priceVersion }));
      return { variantId, userErrors: [] };
    }),
  );
  await rows.variants.invalidate([variantId]);
  return outcome;
}
