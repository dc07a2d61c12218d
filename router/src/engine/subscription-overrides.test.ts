import { afterEach, expect, it } from 'vitest';
import { patientConfig } from '../testing/patient-config.ts';
import { createEngine } from './create-engine.ts';
import type { Prepared, RunningEngine } from './engine.ts';
import { startEngine } from './start-engine.ts';
import { context, localSupergraph } from './testing/local-supergraph.ts';

const { sdl, transports } = localSupergraph({
  old: {
    sdl: `type Query { ok: Int } type Subscription { changed: It }
      type It @key(fields: "id") { id: ID!  price: Int }`,
  },
  new: {
    sdl: 'type It @key(fields: "id") { id: ID!  price: Int @override(from: "old", label: "moved") }',
    resolvers: { It: { __resolveReference: (given: object) => given, price: () => 2 } },
  },
});

let engine: RunningEngine | undefined;
afterEach(() => engine?.close());

/** The price of an event, by a subscription that starts now. */
const startAndJoin = async ({ prepare }: RunningEngine): Promise<unknown> =>
  priceOf(await prepare('subscription { changed { price } }'));

async function priceOf(prepared: Prepared): Promise<unknown> {
  if ('errors' in prepared || prepared.operation.kind !== 'subscription') throw new Error('not prepared');
  const event = { data: { changed: { __typename: 'It', id: '1', price: 1 } } };
  const { data } = await prepared.operation.join(event, {}, context);
  return data?.['changed'];
}

it('a label of @override is drawn for who starts a subscription, also while it is planned', async () => {
  engine = await startEngine({
    supergraphSdl: sdl,
    transports,
    planning: patientConfig.planning,
    isOverridden: (_label, asking) => asking?.headers['x-ring'] === 'inner',
  }).ready;
  const { prepare } = engine;
  const prices = ['inner', 'outer', 'inner', undefined].map(async (ring) => {
    const asking = ring === undefined ? undefined : () => ({ ...context, headers: { 'x-ring': ring } });
    return priceOf(await prepare('subscription { changed { price } }', undefined, asking));
  });
  expect(await Promise.all(prices)).toEqual([2, 1, 2, 1].map((price) => ({ price })));
});

it.each([
  ['on this thread', undefined],
  ['in a worker', patientConfig.planning],
] as const)(
  'a label of @override is drawn for each start of a subscription, planned %s',
  async (_where, planning) => {
    let isOn = false;
    const options = { supergraphSdl: sdl, transports, isOverridden: () => isOn };
    engine = planning ? await startEngine({ ...options, planning }).ready : createEngine(options);
    const prices: unknown[] = [];
    for (const on of [false, true, true, false, true]) {
      isOn = on;
      prices.push(await startAndJoin(engine));
    }
    expect(prices).toEqual([1, 2, 2, 1, 2].map((price) => ({ price })));
  },
);
