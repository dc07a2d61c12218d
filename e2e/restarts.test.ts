import { choices } from '@meridian/testkit/choices';
import { eventually } from '@meridian/testkit/eventually';
import { expect, onTestFinished, test } from 'vitest';
import { chooseCast } from './restarts/cast.ts';
import { followEverything } from './restarts/followers.ts';
import { heardBy, killInTurn } from './restarts/killing.ts';
import { startLoad } from './restarts/load.ts';
import {
  nobodyMissedAnything,
  ordersAreAsAcknowledged,
  ordersOf,
  partnersWereToldAll,
  ridesAreAsAcknowledged,
} from './restarts/verdicts.ts';
import { patience, useWorld } from './restarts/world.ts';

const world = useWorld();
const { meridian } = world;

test('a hundred who follow miss nothing while everything is killed in turn, under load', {
  timeout: 900_000,
}, async () => {
  const cast = await chooseCast(meridian);
  const earlier = await ordersOf(meridian, cast);
  const followers = await followEverything(meridian, cast);
  onTestFinished(followers.stop);
  expect(followers.all).toHaveLength(102);

  const load = await startLoad(meridian, cast, followers);
  await eventually(() => heardBy(followers).every((many) => many > 0), patience);
  await killInTurn(world, { load, followers, chance: choices('restarts') });
  await load.end();

  await ordersAreAsAcknowledged(meridian, cast, { load, earlier });
  await ridesAreAsAcknowledged(meridian, cast, load);
  await partnersWereToldAll(meridian, cast);
  await nobodyMissedAnything(meridian, followers);
  const told = heardBy(followers).reduce((sum, many) => sum + many, 0);
  console.info(`restarts: ${load.written()} things done, ${told} events told to ${followers.all.length}`);
});
