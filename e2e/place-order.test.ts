import { randomUUID } from 'node:crypto';
import { loadSample, sampleId } from '@meridian/catalog/testing/sample';
import { newId } from '@meridian/kernel/ids';
import { eventually } from '@meridian/testkit/eventually';
import { describe, expect, test } from 'vitest';
import { useMeridian, ways } from './meridian.ts';

const inStock = 10;

describe.each(ways)('as %s', (way) => {
  const meridian = useMeridian(way, { demoData: false });

  const send = async (subject: string, name: string, type: string, fields: string, input: object) => {
    const answer = await meridian.ask(
      `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { __typename code } } }`,
      { input: { idempotencyKey: randomUUID(), ...input } },
      { subject },
    );
    return answer.data?.[name] ?? answer;
  };
  /** Who gets no answer asks again, as the same request: on a busy machine orders may not wait for the catalog so long. */
  const sendUntilAnswered = async (...[subject, name, type, fields, input]: Parameters<typeof send>) => {
    const same = { idempotencyKey: randomUUID(), ...input };
    return eventually(async () => {
      const answer = await send(subject, name, type, fields, same);
      return 'userErrors' in answer && answer;
    });
  };
  const buyersOf = async (variant: string, count: number): Promise<string[]> => {
    const buyers = Array.from({ length: count }, () => newId('user'));
    for (const buyer of buyers) {
      const lines = [{ variantId: sampleId('variant', variant), quantity: 1 }];
      const added = sendUntilAnswered(buyer, 'cartLinesAdd', 'CartLinesAddInput', 'cart { id }', { lines });
      expect(await added).toMatchObject({ userErrors: [] });
    }
    return buyers;
  };
  const order = ['placeOrder', 'PlaceOrderInput', 'order { status }', {}] as const;
  const place = (buyer: string) => send(buyer, ...order);
  const onHand = async (variant: string): Promise<number> => {
    const { rows } = await meridian.pools.catalog.query(
      'SELECT on_hand FROM product_variants WHERE id = $1',
      [sampleId('variant', variant)],
    );
    return rows[0].on_hand;
  };
  const countOf = async (variant: string, status: string): Promise<number> => {
    const { rows } = await meridian.pools.orders.query(
      `SELECT count(*)::int FROM orders o JOIN order_lines l ON l.order_id = o.id
       WHERE l.variant_id = $1 AND o.status = $2::order_status`,
      [sampleId('variant', variant), status],
    );
    return rows[0].count;
  };

  test('twenty-five buyers race for ten: ten get one, nobody else is promised any', async () => {
    await loadSample(meridian.pools.catalog, { stock: inStock });
    const buyers = await buyersOf('0-S', 25);
    const answers = await Promise.all(buyers.map((buyer) => sendUntilAnswered(buyer, ...order)));
    expect(answers.filter(({ order }) => order?.status === 'CONFIRMED')).toHaveLength(inStock);
    for (const { order, userErrors } of answers)
      if (!order)
        expect(userErrors).toEqual([{ __typename: 'InsufficientStockError', code: 'INSUFFICIENT_STOCK' }]);
    expect([await onHand('0-S'), await countOf('0-S', 'CONFIRMED')]).toEqual([0, inStock]);
  });

  if (way !== 'five processes') return;
  test('the catalog or orders are killed in the middle: stock and orders agree in the end', async () => {
    for (const [victim, variant] of [
      ['catalog', '1-S'],
      ['orders', '1-L'],
    ] as const) {
      const buyers = await buyersOf(variant, 12);
      const placing = Promise.allSettled(buyers.map(place));
      // Some have their answer, some are on their way.
      await eventually(async () => (await onHand(variant)) < inStock, { every: 1 });
      process.kill(meridian.pidOf(victim) as number, 'SIGKILL');
      await placing;
      await eventually(
        async () => {
          // As if the time had passed that a request has for itself.
          await meridian.pools.orders.query(
            'UPDATE orders SET stock_due_at = now() WHERE stock_due_at > now()',
          );
          return (await countOf(variant, 'PENDING')) === 0;
        },
        { every: 200 },
      );
      expect((await onHand(variant)) + (await countOf(variant, 'CONFIRMED'))).toBe(inStock);
      // Whoever has no order asks again, until all is sold.
      for (const buyer of buyers)
        await eventually(async () => 'userErrors' in (await place(buyer)), { every: 100 });
      expect([await onHand(variant), await countOf(variant, 'CONFIRMED')]).toEqual([0, inStock]);
    }
  });
});
