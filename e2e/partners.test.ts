import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { demoCustomer, demoMerchant, demoOrganisation, demoPartner } from '@meridian/platform/demo/viewers';
import { eventually } from '@meridian/testkit/eventually';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useMeridian, type Who, ways } from './meridian.ts';

const customer: Who = { subject: demoCustomer.userId };
const partner: Who = { subject: demoPartner.userId, scopes: ['partner:events'] };
const merchant: Who = { subject: demoMerchant.userId, scopes: ['catalog:write', 'inventory:write'] };

describe.each(ways)('as %s', (way) => {
  const meridian = useMeridian(way);
  const posted: { body: string; headers: IncomingHttpHeaders }[] = [];
  let receiver: Server;

  beforeAll(async () => {
    receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      posted.push({ body, headers: request.headers });
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    receiver.closeAllConnections();
    receiver.close();
  });

  const fields = `id cursor type data
    subject { __typename id ... on ProductVariant { sku product { name } } ... on Order { id } }`;

  test('a partner hears what its people do and what prices there are: by stream, webhook and page', async () => {
    const { viewer } = await meridian.data('{ viewer { organisation { id name } } }', {}, partner);
    expect(viewer.organisation).toEqual(demoOrganisation);

    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const { createWebhookEndpoint: made } = await meridian.data(
      `mutation ($input: CreateWebhookEndpointInput!) {
        createWebhookEndpoint(input: $input) { secret webhookEndpoint { id } userErrors { message } } }`,
      { input: { url, idempotencyKey: randomUUID() } },
      partner,
    );
    expect(made.userErrors).toEqual([]);
    const { partnerEvents: start } = await meridian.data(
      '{ partnerEvents { pageInfo { endCursor } } }',
      {},
      partner,
    );
    const stream = await meridian.listen(
      `subscription ($after: String) { partnerEvents(after: $after) { ${fields} } }`,
      { after: start.pageInfo.endCursor },
      partner,
    );

    // One of its people buys something, and a price changes.
    const { products } = await meridian.data(
      '{ products(filter: { inStock: true }, first: 1) { nodes { variants { id sku price { amountMinor currency } priceVersion } } } }',
    );
    const [variant] = products.nodes[0].variants;
    const lines = [{ variantId: variant.id, quantity: 1 }];
    await meridian.data(
      'mutation ($input: CartLinesAddInput!) { cartLinesAdd(input: $input) { userErrors { message } } }',
      { input: { lines, idempotencyKey: randomUUID() } },
      customer,
    );
    const { placeOrder } = await meridian.data(
      'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { message } } }',
      { input: { idempotencyKey: randomUUID() } },
      customer,
    );
    const { order } = placeOrder;
    await meridian.data(
      'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { message } } }',
      { input: { variantId: variant.id, delta: 3, reason: 'found', idempotencyKey: randomUUID() } },
      merchant,
    );

    const heard = () => stream.all.map(({ data }) => data?.partnerEvents).filter(Boolean);
    const placed = await eventually(() => heard().find(({ type }) => type === 'order.placed.v1'));
    expect(placed.subject).toEqual({ __typename: 'Order', id: order.id });
    expect(placed.data).toMatchObject({ orderId: order.id, customerId: customer.subject });
    const stock = await eventually(() =>
      heard().find(({ type, data }) => type === 'stock.changed.v1' && data.delta === 3),
    );
    expect(stock.subject).toMatchObject({
      id: variant.id,
      sku: variant.sku,
      product: { name: expect.any(String) },
    });
    expect(stock.data).not.toHaveProperty('reason');

    const received = await eventually(() => posted.find(({ body }) => JSON.parse(body).id === placed.id));
    expect(
      new Webhook(made.secret).verify(received.body, received.headers as Record<string, string>),
    ).toMatchObject({
      type: 'order.placed.v1',
      data: placed.data,
      cursor: placed.cursor,
    });

    const { partnerEvents: page } = await meridian.data(
      `query ($after: String) { partnerEvents(after: $after, types: ["order.placed.v1"]) { nodes { ${fields} } } }`,
      { after: start.pageInfo.endCursor },
      partner,
    );
    expect(page.nodes).toEqual([placed]);
  });
});
