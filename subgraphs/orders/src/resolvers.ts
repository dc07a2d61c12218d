import { mergeResolvers } from '@meridian/kernel/merge-resolvers';
import { cartResolvers } from './cart/cart.resolvers.ts';
import type { Resolvers } from './generated/graphql.ts';
import { orderResolvers } from './order/order.resolvers.ts';
import { salesResolvers } from './sales/sales.resolvers.ts';
import { shippingResolvers } from './shipping/shipping.resolvers.ts';

/** The whole schema of orders, feature by feature. */
export const resolvers = mergeResolvers<Resolvers>(
  cartResolvers,
  orderResolvers,
  salesResolvers,
  shippingResolvers,
);
