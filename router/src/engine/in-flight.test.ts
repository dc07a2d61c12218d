import { expect, it } from 'vitest';
import type { RequestContext } from './engine.ts';
import { localEngine } from './testing/local-supergraph.ts';
import { textOf } from './testing/text-of.ts';

const caller = (correlationId: string): RequestContext => ({
  headers: { 'x-correlation-id': correlationId, 'x-viewer': 'me' },
  correlationId,
});

function world(shareInFlight: boolean) {
  let count = 0;
  const { engine, calls } = localEngine(
    {
      it: {
        sdl: 'type Query { count: Int  broken: Int } type Mutation { add: Int }',
        resolvers: {
          Query: {
            count: () => count,
            broken: () => {
              throw new Error('broken');
            },
          },
          Mutation: { add: () => ++count },
        },
      },
    },
    {
      shareInFlight,
      formatError: (error, request) => ({
        ...error,
        message: `${error.message} for ${request?.correlationId}`,
      }),
    },
  );
  const ask = (query: string, correlationId: string) => {
    const prepared = engine.prepare(query);
    if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(query);
    return prepared.operation.executeText({}, caller(correlationId));
  };
  return { ask, calls };
}

it('asks subgraphs once for the same query at the same time, unless that is switched off', async () => {
  for (const shareInFlight of [true, false]) {
    const { ask, calls } = world(shareInFlight);
    const answers = await Promise.all(['one', 'two', 'three'].map((id) => ask('{ count }', id)));
    expect(answers.map(textOf)).toEqual(Array(3).fill('{"data":{"count":0}}\n'));
    expect(calls).toHaveLength(shareInFlight ? 1 : 3);
  }
});

it('tells each who shares a failure of it under the correlation id of its own', async () => {
  const { ask, calls } = world(true);
  const answers = await Promise.all(['one', 'two'].map((id) => ask('{ broken }', id)));
  expect(answers).toMatchObject([
    { data: { broken: null }, errors: [{ message: 'broken for one' }] },
    { data: { broken: null }, errors: [{ message: 'broken for two' }] },
  ]);
  expect(calls).toHaveLength(1);
});

it('never shares mutations, and shows their effect to whoever asks afterwards', async () => {
  const { ask, calls } = world(true);
  const before = ask('{ count }', 'one');
  const added = await Promise.all([ask('mutation { add }', 'two'), ask('mutation { add }', 'three')]);
  expect(added.map(textOf)).toEqual(['{"data":{"add":1}}\n', '{"data":{"add":2}}\n']);
  const after = ask('{ count }', 'four');
  await before;
  expect(textOf(await after)).toBe('{"data":{"count":2}}\n');
  expect(calls).toHaveLength(4);
});
