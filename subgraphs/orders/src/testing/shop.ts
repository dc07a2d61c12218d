import { randomUUID } from 'node:crypto';
import { newId } from '@meridian/kernel/ids';
import { type TestSubgraph, useTestSubgraph } from '@meridian/testkit/subgraph';
import { viewer } from '@meridian/testkit/viewers';
import { createOrders } from '../subgraph.ts';
import { type FakeCatalog, fakeCatalog } from './fake-catalog.ts';

/** Longer than the recovery leaves an order to the request that placed it, in ms. */
export const untilDue = 11_000;

/** Orders over a catalog in memory, with a clock that a test moves, and requests of buyers in one word each. */
export function useShop({ recoverEveryMs = 20, withBus = false } = {}) {
  const catalog = fakeCatalog();
  const clock = { offsetMs: 0 };
  const orders = useTestSubgraph({
    name: 'orders',
    withBus,
    create: (dependencies) =>
      createOrders({
        ...dependencies,
        catalog: catalog.transport,
        now: () => new Date(Date.now() + clock.offsetMs),
        recoverEveryMs,
      }),
  });
  return { orders, catalog, clock, buyer: () => newBuyer(orders) };
}

export type Shop = { orders: TestSubgraph; catalog: FakeCatalog };

const cartFields = `id totalQuantity subtotal { amountMinor currency }
  lines { quantity priceVersion unitPrice { amountMinor currency } lineTotal { amountMinor } variant { id } }`;
const orderFields = `id number status total { amountMinor currency } cancelledAt allowedActions
  lines { position sku productName variantName quantity lineTotal { amountMinor } variant { id } }`;
const userErrors = `userErrors { __typename code message path
  ... on InsufficientStockError { variant { id } available }
  ... on PriceChangedError { variant { id } quoted { amountMinor } current { amountMinor } }
  ... on OrderNotCancellableError { status } }`;

function newBuyer(orders: TestSubgraph) {
  const id = newId('user');
  const me = viewer(id);
  const send = async (name: string, type: string, fields: string, input: object) =>
    (
      await orders.data(
        `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} replayed ${userErrors} } }`,
        { input },
        me,
      )
    )[name];
  return {
    id,
    viewer: me,
    add: (variantId: string, quantity = 1, idempotencyKey: string = randomUUID()) =>
      send('cartLinesAdd', 'CartLinesAddInput', `cart { ${cartFields} }`, {
        lines: [{ variantId, quantity }],
        idempotencyKey,
      }),
    setQuantity: (variantId: string, quantity: number) =>
      send('cartLineSetQuantity', 'CartLineSetQuantityInput', `cart { ${cartFields} }`, {
        variantId,
        quantity,
        idempotencyKey: randomUUID(),
      }),
    place: (input: { idempotencyKey?: string; expectedSubtotalMinor?: number } = {}) =>
      send('placeOrder', 'PlaceOrderInput', `order { ${orderFields} }`, {
        idempotencyKey: randomUUID(),
        ...input,
      }),
    cancel: (orderId: string, reason = 'changed my mind', idempotencyKey: string = randomUUID()) =>
      send('cancelOrder', 'CancelOrderInput', `order { ${orderFields} }`, {
        orderId,
        reason,
        idempotencyKey,
      }),
    cart: async () =>
      (
        await orders.data(
          `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { cart { ${cartFields} } } } }`,
          { of: [{ __typename: 'User', id }] },
          me,
        )
      )._entities[0].cart,
    orders: async (status?: string[]) =>
      (
        await orders.data(
          `query ($of: [_Any!]!, $status: [OrderStatus!]) {
            _entities(representations: $of) { ... on User { orders(first: 100, status: $status) { nodes { ${orderFields} } } } } }`,
          { of: [{ __typename: 'User', id }], status },
          me,
        )
      )._entities[0].orders.nodes,
  };
}
export type Buyer = ReturnType<typeof newBuyer>;
