import { money } from '@meridian/kernel/money';
import { requireViewer } from '@meridian/kernel/viewer';
import { maySee, requireSight } from '../buyer/buyer.rules.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { addCartLines } from './add-cart-lines.ts';
import { subtotalOf, sumOf } from './cart.rules.ts';
import { setCartLineQuantity } from './set-cart-line-quantity.ts';

/** What buyers are about to order. */
export const cartResolvers = {
  Mutation: {
    cartLinesAdd: (_, { input }, context) => addCartLines(context, requireViewer(context), input),
    cartLineSetQuantity: (_, { input }, context) =>
      setCartLineQuantity(context, requireViewer(context), input),
  },
  User: {
    cart: ({ id }, _, context) => {
      requireSight(context, id);
      return context.loaders.cartOfOwner.load(id);
    },
  },
  Cart: {
    __resolveReference: async ({ id }, { viewer, loaders }) => {
      const cart = await loaders.cart.load(id);
      return cart && maySee(viewer, cart.ownerId) ? cart : null;
    },
    lines: ({ id }, _, { loaders }) => loaders.linesOfCart.load(id),
    totalQuantity: async ({ id }, _, { loaders }) =>
      (await loaders.linesOfCart.load(id)).reduce((sum, { quantity }) => sum + quantity, 0),
    subtotal: async ({ id }, _, { loaders }) => subtotalOf(await loaders.linesOfCart.load(id)),
  },
  CartLine: {
    variant: ({ variantId }) => ({ id: variantId }),
    unitPrice: ({ unitPriceMinor, currency }) => money(unitPriceMinor, currency),
    lineTotal: (line) => money(sumOf([line]), line.currency),
  },
  CartPayload: {
    cart: ({ cartId }, _, { loaders }) => {
      if (!cartId) return null;
      // An earlier mutation of the same operation may have read the cart as it was then.
      loaders.linesOfCart.clear(cartId);
      return loaders.cart.load(cartId);
    },
  },
} satisfies Resolvers;
