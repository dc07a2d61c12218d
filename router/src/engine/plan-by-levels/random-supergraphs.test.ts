import fc from 'fast-check';
import { expect, it } from 'vitest';
import { check, schemaTapes, seeds, tapes } from '../testing/check.ts';
import { answersTheSame, losesOnlyWhatIsMissing, losesTheSame, prepares } from '../testing/compare.ts';
import { propertyRuns } from '../testing/config.ts';
import { randomQuery } from '../testing/random-query.ts';
import { randomSchema } from '../testing/random-schema.ts';
import { type WorldSupergraph, worldSupergraph } from '../testing/world-supergraph.ts';

/* What is planned by levels otherwise, only where the other planner fails, is little: here everything is. */

const fewer = Math.ceil(propertyRuns / 2);

type Question = {
  tape: number[];
  seed: number;
  faults: number;
  careless: number;
  without?: string | undefined;
  mutates?: boolean | undefined;
};

/** Whether it compared an answer; what cannot be planned fails. */
async function compare(
  world: WorldSupergraph,
  { tape, seed, faults, careless, without, ...question }: Question,
): Promise<boolean> {
  const isMissing = without !== undefined || careless > 0;
  // Mutations have another effect where some do not arrive.
  const mutates = question.mutates && !isMissing && Boolean(world.merged.getMutationType());
  const query = randomQuery(world.merged, tape, { mutates });
  if (!prepares(world, query)) return false;
  world.create({ seed, faults: isMissing ? 0 : faults, careless, without });
  const compare = isMissing ? losesOnlyWhatIsMissing : faults > 0 ? losesTheSame : answersTheSame;
  await compare(world, query);
  return true;
}

const careless = fc.constantFrom(0, 0, 0, 30);
const faults = fc.constantFrom(0, 0, 10, 40);

it('four subgraphs answer as one schema would, by levels too', async () => {
  const world = worldSupergraph(undefined, { onlyByLevels: true });
  const without = fc.constantFrom(undefined, undefined, ...Object.keys(world.schemas));
  const question = fc.record({ tape: tapes, seed: seeds, faults, careless, without });
  const property = fc.asyncProperty(question, async (question) => fc.pre(await compare(world, question)));
  await check(property, { cases: fewer, what: 'four subgraphs, by levels' });
}, 1_800_000);

it('random supergraphs answer as one schema would, by levels too', async () => {
  const queriesOfEach = 20;
  const without = fc.constantFrom(undefined, undefined, 'a', 'b');
  const mutates = fc.boolean();
  const question = fc.record({ tape: tapes, seed: seeds, faults, careless, without, mutates });
  const questions = fc.array(question, { minLength: 1, maxLength: 2 * queriesOfEach, size: 'max' });
  let compared = 0;
  const property = fc.asyncProperty(schemaTapes, questions, async (schemaTape, questions) => {
    const cut = randomSchema(schemaTape);
    const world = composed(cut);
    fc.pre(world !== undefined);
    for (const question of questions)
      try {
        if (await compare(world, question)) compared++;
      } catch (error) {
        const schemas = Object.entries(cut.schemas).flat().join('\n');
        throw new Error(`${(error as Error).message}\n${schemas}`, { cause: error });
      }
  });
  const cases = Math.ceil((2 * fewer) / queriesOfEach);
  await check(property, { cases, what: 'random supergraphs, by levels', unbiased: true });
  expect(compared).toBeGreaterThan(fewer / 2);
}, 1_800_000);

function composed(cut: Parameters<typeof worldSupergraph>[0]): WorldSupergraph | undefined {
  try {
    return worldSupergraph(cut, { onlyByLevels: true });
  } catch {
    return undefined;
  }
}
