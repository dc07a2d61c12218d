import { expect, it } from 'vitest';
import type { PreparedOperation } from './engine.ts';
import { cached } from './prepared-cache.ts';

const operation = { kind: 'query' } as PreparedOperation;

it('keeps fewer operations where they are large, and as many as it is told where they are not', async () => {
  const { prepare } = cached((query) => ({ operation, selections: query === 'small' ? 1 : 40_000 }), 3);
  const ask = async (query: string) => (await prepare(query)).cache;
  expect([await ask('small'), await ask('large'), await ask('as large')]).toEqual(['miss', 'miss', 'miss']);
  expect([await ask('small'), await ask('large'), await ask('as large')]).toEqual(['hit', 'hit', 'hit']);
  // Two of them, and what was asked for last.
  expect(await ask('one too many')).toBe('miss');
  expect([await ask('as large'), await ask('one too many'), await ask('large')]).toEqual([
    ...['hit', 'hit', 'miss'],
  ]);
});
