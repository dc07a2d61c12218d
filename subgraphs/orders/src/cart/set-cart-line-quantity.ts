import { type Once, once } from '@meridian/kernel/idempotency';
import { unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { CartLineSetQuantityInput } from '../generated/graphql.ts';
import type { CartOutcome } from './cart.outcome.ts';
import { whyNotSoMany } from './cart.rules.ts';
import { lockCart } from './lock-cart.ts';

/** More or fewer of what is in the viewer's cart; none takes the line out. The price stays the one that the buyer saw. */
export async function setCartLineQuantity(
  { db, now }: Pick<Context, 'db' | 'now'>,
  viewer: Viewer,
  input: CartLineSetQuantityInput,
): Promise<Once<Omit<CartOutcome, 'replayed'>>> {
  const { variantId, quantity } = input;
  return db.$transaction(async (tx) => {
    const { id: cartId } = await lockCart(tx, viewer.id, now());
    return once(tx, viewer, { operation: 'cartLineSetQuantity', input }, async () => {
      const because = whyNotSoMany(quantity, 'quantity');
      if (because) return { userErrors: [because] };
      const line = { cartId, variantId };
      const { count } =
        quantity === 0
          ? await tx.cartLine.deleteMany({ where: line })
          : await tx.cartLine.updateMany({ where: line, data: { quantity } });
      if (count === 0)
        return { userErrors: [unknownEntity(`There is no ${variantId} in the cart`, 'variantId')] };
      return { cartId, userErrors: [] };
    });
  });
}
