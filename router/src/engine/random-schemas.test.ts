import fc from 'fast-check';
import { expect, it } from 'vitest';
import { check, seeds, tapes, tapesOf } from './testing/check.ts';
import { answersTheSame, losesOnlyWhatIsMissing, losesTheSame, prepares } from './testing/compare.ts';
import { propertyRuns } from './testing/config.ts';
import { randomQuery } from './testing/random-query.ts';
import { randomSchema } from './testing/random-schema.ts';
import { type WorldSupergraph, worldSupergraph } from './testing/world-supergraph.ts';

/** To compose a supergraph costs as much as many queries. */
const queriesOfEach = 20;

const schemaTapes = tapesOf(160);

it('answers as one schema would, whatever that is and however it is cut', async () => {
  const question = fc.record({
    tape: tapes,
    seed: seeds,
    faults: fc.constantFrom(0, 0, 10, 40),
    without: fc.constantFrom(undefined, undefined, 'a', 'b'),
    careless: fc.constantFrom(0, 0, 0, 30),
  });
  const questions = fc.array(question, { minLength: 1, maxLength: 2 * queriesOfEach, size: 'max' });
  let asked = 0;
  const property = fc.asyncProperty(schemaTapes, questions, async (schemaTape, questions) => {
    const { schemas, ...truth } = randomSchema(schemaTape);
    const world = composed({ schemas, ...truth });
    fc.pre(world !== undefined);
    for (const { tape, seed, faults, without, careless } of questions) {
      const query = randomQuery(world.merged, tape);
      if (!prepares(world, query)) continue;
      asked++;
      const isMissing = without !== undefined || careless > 0;
      world.create({ seed, faults: isMissing ? 0 : faults, careless, without });
      const compare = isMissing ? losesOnlyWhatIsMissing : faults > 0 ? losesTheSame : answersTheSame;
      await compare(world, query).catch((error: Error) => {
        throw new Error(`${error.message}\n${Object.entries(schemas).flat().join('\n')}`, { cause: error });
      });
    }
  });
  // Of some, hardly a query can be planned: there are enough to make up for that.
  const supergraphs = Math.ceil((3 * propertyRuns) / queriesOfEach);
  await check(property, {
    cases: supergraphs,
    what: `random supergraphs, about ${queriesOfEach} queries for each`,
  });
  expect(asked).toBeGreaterThan(propertyRuns / 2);
}, 1_800_000);

function composed(cut: Parameters<typeof worldSupergraph>[0]): WorldSupergraph | undefined {
  try {
    return worldSupergraph(cut);
  } catch {
    return undefined;
  }
}
