import { setTimeout as pause } from 'node:timers/promises';
import type { Meridian } from '../meridian.ts';
import { type Cast, merchant } from './cast.ts';
import type { Followers } from './followers.ts';
import { persistent } from './persist.ts';
import { type Rider, rider } from './riders.ts';
import { type Shopper, shopper } from './shoppers.ts';
import { patience } from './world.ts';

const betweenMs = 100;
const plenty = 10_000;

/** Sixteen who write, each one thing after the other, as long as it goes on. */
export type Load = {
  /** How many things were done so far. */
  written(): number;
  /** In the order of the cast. */
  shoppers: readonly Shopper[];
  riders: readonly Rider[];
  /** What there was of each variant that is bought, before the first was. */
  inStock: ReadonlyMap<string, number>;
  /** Changes what is available of a variant. @returns what it is then */
  adjustStock(variantId: string, delta: number): Promise<number>;
  /** Lets everyone finish, and changes each variant once more. @throws what a writer was refused */
  end(): Promise<void>;
};

export async function startLoad(meridian: Meridian, cast: Cast, followers: Followers): Promise<Load> {
  const { changing, bought } = cast;
  const { carryOut } = persistent(meridian, merchant);
  const setPrice = (variantId: string, amountMinor: number) =>
    carryOut('setPrice', '', { variantId, amountMinor, currency: 'EUR' });
  async function adjustStock(variantId: string, delta: number): Promise<number> {
    const input = { variantId, delta, reason: 'delivery' };
    const { variant } = await carryOut('adjustStock', 'variant { availableQuantity }', input);
    return variant.availableQuantity;
  }

  const inStock = new Map<string, number>();
  for (const id of bought) inStock.set(id, await adjustStock(id, plenty));
  const shoppers = cast.buyers.map((who) => shopper(meridian, who));
  const riders = cast.riders.map(({ who, pickup }, i) =>
    rider(meridian, who, pickup, followers.ofRider[i] ?? [], patience),
  );

  let writing = true;
  let written = 0;
  const keepDoing = async (work: (n: number) => Promise<unknown>): Promise<void> => {
    for (let n = 1; writing; n++) {
      await work(n);
      written++;
      await pause(betweenMs);
    }
  };
  const writers = Promise.all([
    ...changing.map((id) => keepDoing((n) => setPrice(id, 1_000 + n))),
    ...changing.map((id) => keepDoing(() => adjustStock(id, 1))),
    ...shoppers.map(({ shop }, i) => keepDoing(() => shop(bought[i % 2] ?? ''))),
    ...riders.map(({ ride }) => keepDoing(ride)),
  ]);
  return {
    written: () => written,
    shoppers,
    riders,
    inStock,
    adjustStock,
    async end() {
      writing = false;
      await writers;
      for (const id of changing) {
        await setPrice(id, 1);
        await adjustStock(id, 7);
      }
    },
  };
}
