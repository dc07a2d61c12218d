import { propertySeed } from './property-seed.ts';

export type Choices = {
  /** From 0 to `limit` - 1. */
  below(limit: number): number;
  /** All of them, in another order. */
  shuffled<Item>(items: readonly Item[]): Item[];
};

/** What a test leaves to chance. Its seed is printed: with `PROPERTY_SEED` the same is chosen again. */
export function choices(what: string): Choices {
  const seed = propertySeed(what);
  console.info(`${what}: PROPERTY_SEED=${seed}`);
  let state = seed % 2_147_483_647 || 1;
  /** Lehmer's generator, as MINSTD. */
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return {
    below,
    shuffled(items) {
      const left = [...items];
      return items.flatMap(() => left.splice(below(left.length), 1));
    },
  };
}
