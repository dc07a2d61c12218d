import type { Choices } from '@meridian/testkit/choices';
import { eventually } from '@meridian/testkit/eventually';
import { expect } from 'vitest';
import type { Followers } from './followers.ts';
import type { Load } from './load.ts';
import { patience, type World } from './world.ts';

/**
 * Kills everything in an order left to chance, and those in whose place others stand a second time. After each, much is
 * written and everybody hears something new: it all works again, until the next one dies.
 */
export async function killInTurn(
  world: World,
  { load, followers, chance }: { load: Load; followers: Followers; chance: Choices },
): Promise<void> {
  const victims = chance.shuffled([...world.victims, 'router', 'postgres', 'redis']);
  console.info(`restarts: ${victims.join(', ')}`);
  for (const victim of victims) {
    const [before, heard, pids] = [load.written(), heardBy(followers), world.pids()];
    await world.kill(victim);
    const enough = before + 10 + chance.below(20);
    await eventually(() => load.written() > enough, patience);
    await eventually(() => heardBy(followers).every((many, i) => many > (heard[i] ?? 0)), patience);
    if (world.isServer(victim)) expect(world.pids(), `programs outlive ${victim}`).toEqual(pids);
  }
}

/** How much each has been told. */
export const heardBy = ({ all }: Followers): number[] => all.map(({ follower }) => follower.told.length);
