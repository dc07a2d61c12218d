import { listOf } from '@meridian/kernel/arguments';
import { badInput } from '@meridian/kernel/errors';
import { type Once, once } from '@meridian/kernel/idempotency';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { CartLinesAddInput } from '../generated/graphql.ts';
import type { CartOutcome } from './cart.outcome.ts';
import { addToCart, mostLines } from './cart.rules.ts';
import { lockCart } from './lock-cart.ts';

/**
 * Puts things into the viewer's cart with their names and prices of now; of what is in it already there are more then.
 * @throws BAD_USER_INPUT for no or too many lines, or a variant on two of them
 * @throws SUBGRAPH_UNAVAILABLE when the catalog does not answer
 */
export async function addCartLines(
  { db, catalog, now }: Pick<Context, 'db' | 'catalog' | 'now'>,
  viewer: Viewer,
  input: CartLinesAddInput,
): Promise<Once<Omit<CartOutcome, 'replayed'>>> {
  const ids = listOf(
    'lines',
    input.lines.map(({ variantId }) => variantId),
    mostLines,
  );
  if (new Set(ids).size !== ids.length) throw badInput('Each variant may stand on one line only', 'lines');
  // Asked before the transaction: no lock is held while another program thinks. Without an answer, a repeated request
  // still gets its first outcome.
  const [found] = await Promise.allSettled([catalog.variantsForCart(ids)]);

  return db.$transaction(async (tx) => {
    const addedAt = now();
    const { id: cartId } = await lockCart(tx, viewer.id, addedAt);
    return once(tx, viewer, { operation: 'cartLinesAdd', input }, async () => {
      if (found.status === 'rejected') throw found.reason;
      const variants = new Map(found.value.map((variant) => [variant.id, variant]));
      const lines = await tx.cartLine.findMany({ where: { cartId } });
      const { changed, userErrors } = addToCart(lines, input.lines, variants);
      for (const line of changed) {
        const { variantId } = line;
        await tx.cartLine.upsert({
          where: { cartId_variantId: { cartId, variantId } },
          create: { ...line, cartId, addedAt },
          update: line,
        });
      }
      return userErrors.length > 0 ? { userErrors } : { cartId, userErrors };
    });
  });
}
