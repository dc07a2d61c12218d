import fc from 'fast-check';
import { it } from 'vitest';
import { check, seeds, tapes } from './testing/check.ts';
import { prepares } from './testing/compare.ts';
import { randomQuery, withoutKeyAliases } from './testing/random-query.ts';
import { againstReference } from './testing/reference.ts';
import { worldSupergraph } from './testing/world-supergraph.ts';

const world = worldSupergraph();
const isTheSame = againstReference(world);

it('gives the data that the executor of @apollo/gateway gives', async () => {
  let [same, beyond] = [0, 0];
  const faults = fc.constantFrom(0, 0, 20);
  const property = fc.asyncProperty(tapes, seeds, faults, async (tape, seed, faults) => {
    const query = withoutKeyAliases(randomQuery(world.merged, tape));
    fc.pre(prepares(world, query));
    world.create({ seed, faults });
    if (await isTheSame(query)) same++;
    else beyond++;
  });
  await check(property, { what: 'the executor of @apollo/gateway' });
  console.info(
    `${same} the same; in ${beyond} the reference missed an input or lost too much, and graphql-js agreed`,
  );
}, 1_800_000);
