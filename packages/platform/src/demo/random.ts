import { createHash } from 'node:crypto';

/** Draws that depend on nothing but the seed. */
export type Random = {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number, both ends included. */
  int(low: number, high: number): number;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** Some of the values, no value twice, in no order. */
  sample<Value>(values: readonly Value[], count: number): Value[];
};

/** The same draws for the same seed, on every machine (mulberry32, by Tommy Ettinger). */
export function randomFrom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32BE();
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    pick: (values) => values[int(0, values.length - 1)] ?? values[0],
    chance: (probability) => next() < probability,
    sample: (values, count) => {
      const left = [...values];
      const taken = Math.min(count, left.length);
      return Array.from({ length: taken }, () => left.splice(int(0, left.length - 1), 1)).flat();
    },
  };
}
