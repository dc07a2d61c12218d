import { eventually } from '@meridian/testkit/eventually';
import { expect, it, vi } from 'vitest';
import { context, execute, localEngine } from '../engine/testing/local-supergraph.ts';
import { textOf } from '../engine/testing/text-of.ts';
import { engineOf } from './engine-of.ts';
import { type Generation, startGeneration } from './generation.ts';

/** A generation whose `v` says which it is. */
function generation(v: string) {
  const sdl = 'type Query { v: String } type Subscription { e: String }';
  const { engine } = localEngine({ a: { sdl, resolvers: { Query: { v: () => v } } } });
  const ended = vi.fn();
  return { ...startGeneration({ engine, transports: {} }, ended), ended };
}

function swapped() {
  const [old, next] = [generation('old'), generation('new')];
  let current: Generation = old;
  const swap = () => {
    current = next;
    old.retire();
  };
  return { engine: engineOf(() => current), old, next, swap };
}

it('runs a query by the generation that is served when that which it was prepared for has ended', async () => {
  const { engine, old, swap } = swapped();
  const prepared = await engine.prepare('{ v }');
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('not prepared');
  expect(await prepared.operation.execute({}, context)).toEqual({ data: { v: 'old' } });
  swap();
  // It has not ended yet.
  expect(await prepared.operation.execute({}, context)).toEqual({ data: { v: 'old' } });
  await eventually(() => expect(old.ended).toHaveBeenCalledOnce());
  expect(await prepared.operation.execute({}, context)).toEqual({ data: { v: 'new' } });
  expect(textOf(await prepared.operation.executeText({}, context))).toBe('{"data":{"v":"new"}}\n');
  expect(await execute(engine, '{ v }')).toEqual({ data: { v: 'new' } });
});

it('keeps a generation whole as long as a subscription holds it, and no longer', async () => {
  const { engine, old, swap } = swapped();
  const prepared = await engine.prepare('subscription { e }');
  if ('errors' in prepared || prepared.operation.kind !== 'subscription') throw new Error('not prepared');
  const { operation } = prepared;
  swap();
  const letGo = operation.hold();
  const another = operation.hold();
  letGo();
  letGo();
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(old.ended).not.toHaveBeenCalled();
  another();
  await eventually(() => expect(old.ended).toHaveBeenCalledOnce());
  expect(operation.hold).toThrow('is gone');
});

it('gives the same for what it has prepared before, as an engine does', async () => {
  const { engine } = swapped();
  const operation = async () => {
    const found = await engine.prepare('{ v }');
    return 'errors' in found ? undefined : found.operation;
  };
  const first = await operation();
  expect(first).toBeDefined();
  expect(await operation()).toBe(first);
});
