import fc from 'fast-check';
import { it } from 'vitest';
import { check, seeds, tapes } from './testing/check.ts';
import { answersTheSame, losesOnlyWhatIsMissing, losesTheSame, prepares } from './testing/compare.ts';
import { randomQuery } from './testing/random-query.ts';
import { worldSupergraph } from './testing/world-supergraph.ts';

const world = worldSupergraph();

// The planner gave `id` and `parts` the same name of its own.
it('answers when an alias is the name of a key, under a condition and with another fetch', async () => {
  world.create({ seed: 0 });
  const query =
    'query Random($yes: Boolean!) { products { id: parts @include(if: $yes) { name name name } estimate } }';
  await answersTheSame(world, query);
});

// A plan by levels asked for `id` only when the first of both is selected.
it.each([0, 1, 2, 3, 4, 5])('answers when only a fragment selects `id` always, in world %i', async (seed) => {
  world.create({ seed });
  const query =
    'query Random($no: Boolean!) { loved { id @include(if: $no) ... on Film { maker { people { id: email } id } id } } }';
  await answersTheSame(world, query);
});

it('answers as one schema would', async () => {
  const property = fc.asyncProperty(tapes, seeds, async (tape, seed) => {
    const query = randomQuery(world.merged, tape);
    fc.pre(prepares(world, query));
    world.create({ seed });
    await answersTheSame(world, query);
  });
  await check(property, { what: 'four subgraphs as one schema' });
}, 1_800_000);

it('loses what one schema would lose when fields fail, and says so once for each', async () => {
  const property = fc.asyncProperty(tapes, seeds, fc.nat({ max: 60 }), async (tape, seed, faults) => {
    const query = randomQuery(world.merged, tape);
    fc.pre(prepares(world, query));
    world.create({ seed, faults });
    await losesTheSame(world, query);
  });
  await check(property, { what: 'four subgraphs with fields that fail' });
}, 1_800_000);

it('loses only what a missing subgraph knows', async () => {
  const subgraphs = fc.constantFrom(...Object.keys(world.schemas));
  const property = fc.asyncProperty(tapes, seeds, subgraphs, async (tape, seed, without) => {
    const query = randomQuery(world.merged, tape);
    fc.pre(prepares(world, query));
    world.create({ seed, without });
    await losesOnlyWhatIsMissing(world, query);
  });
  await check(property, { what: 'four subgraphs without one of them' });
}, 1_800_000);

it('says of all that is lost that it is, when subgraphs leave out fields', async () => {
  const property = fc.asyncProperty(tapes, seeds, fc.nat({ max: 60 }), async (tape, seed, careless) => {
    const query = randomQuery(world.merged, tape);
    fc.pre(prepares(world, query));
    world.create({ seed, careless });
    await losesOnlyWhatIsMissing(world, query);
  });
  await check(property, { what: 'four subgraphs that leave out fields' });
}, 1_800_000);
