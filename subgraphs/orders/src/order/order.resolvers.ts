import type { MoneyData } from '@meridian/contracts/contract';
import { deliveryCommandScope, orderStatusChanged } from '@meridian/contracts/orders';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';
import { money } from '@meridian/kernel/money';
import { pageOf } from '@meridian/kernel/pagination';
import { requireScope, requireViewer } from '@meridian/kernel/viewer';
import { maySee, requireSight } from '../buyer/buyer.rules.ts';
import { sumOf } from '../cart/cart.rules.ts';
import type { Context } from '../context.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { cancelOrder } from './cancel-order.ts';
import { followOrders } from './follow-orders.ts';
import { orderPage } from './order.loaders.ts';
import { allowedActions, listedStatuses } from './order.rules.ts';
import { orderForDelivery } from './order-for-delivery.ts';
import { placeOrder } from './place-order.ts';

const amount = ({ amountMinor, currency }: MoneyData) => money(BigInt(amountMinor), currency);

const visibleOrder = async ({ viewer, loaders }: Pick<Context, 'viewer' | 'loaders'>, id: string) => {
  const order = await loaders.order.load(id);
  return order && maySee(viewer, order.customerId) ? order : null;
};

/** What buyers ordered. */
export const orderResolvers = {
  Query: {
    order: (_, { id }, context) => {
      requireViewer(context);
      return visibleOrder(context, id);
    },
    orderForDelivery: (_, { orderId }, context) => {
      requireScope(context, deliveryCommandScope);
      return orderForDelivery(context, orderId);
    },
  },
  Mutation: {
    placeOrder: (_, { input }, context) => placeOrder(context, requireViewer(context), input),
    cancelOrder: (_, { input }, context) => cancelOrder(context, requireViewer(context), input),
  },
  Subscription: {
    orderStatusChanged: {
      subscribe: (_, args, context) => followOrders(context, args),
      resolve: (event: LoggedEvent) => event,
    },
  },
  User: {
    orders: async ({ id }, args, context) => {
      requireSight(context, id);
      const page = pageOf(args, 2);
      const status = args.status ?? listedStatuses;
      return orderPage(await context.loaders.ordersOfCustomer(id, { ...page, status }), page);
    },
  },
  Order: {
    __resolveReference: ({ id }, context) => visibleOrder(context, id),
    customer: ({ customerId }) => ({ id: customerId }),
    lines: ({ id }, _, { loaders }) => loaders.linesOfOrder.load(id),
    subtotal: ({ subtotalMinor, currency }) => money(subtotalMinor, currency),
    total: ({ totalMinor, currency }) => money(totalMinor, currency),
    allowedActions: (order, _, { viewer }) => allowedActions(order, viewer),
  },
  OrderLine: {
    unitPrice: ({ unitPriceMinor, currency }) => money(unitPriceMinor, currency),
    lineTotal: (line) => money(sumOf([line]), line.currency),
    variant: ({ variantId }) => ({ id: variantId }),
  },
  OrderPayload: {
    // Anew: an earlier mutation of the same operation may have read the order as it was then.
    order: ({ orderId }, _, { loaders }) => (orderId ? loaders.order.clear(orderId).load(orderId) : null),
  },
  InsufficientStockError: {
    variant: ({ variantId }) => ({ id: variantId }),
  },
  PriceChangedError: {
    variant: ({ variantId }) => ({ id: variantId }),
    quoted: ({ quoted }) => amount(quoted),
    current: ({ current }) => amount(current),
  },
  OrderStatusChange: {
    order: ({ key }, _, { loaders }) => loaders.order.load(key),
    from: (event) => orderStatusChanged.read(event).from,
    to: (event) => orderStatusChanged.read(event).to,
  },
} satisfies Resolvers;
