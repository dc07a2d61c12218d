import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { expect, it } from 'vitest';
import { check, schemaTapes, seeds, tapes } from './testing/check.ts';
import { answersTheSame, losesOnlyWhatIsMissing, losesTheSame, prepares } from './testing/compare.ts';
import { propertyRuns } from './testing/config.ts';
import { features, featuresOf } from './testing/features.ts';
import { randomQuery } from './testing/random-query.ts';
import { randomSchema } from './testing/random-schema.ts';
import { type WorldSupergraph, worldSupergraph } from './testing/world-supergraph.ts';

/** To compose a supergraph costs as much as many queries. */
const queriesOfEach = 20;

const all = [...features, 'mutations of several subgraphs', 'key that is null'] as const;

/** Those that cannot fail to come; the others, which one supergraph in thirty has, are counted. */
const rare = ['@external', '@fromContext', '@interfaceObject', '@provides'];
const frequent = all.filter((feature) => !rare.includes(feature));

it('answers as one schema would, whatever that is and however it is cut', async () => {
  const question = fc.record({
    tape: tapes,
    seed: seeds,
    faults: fc.constantFrom(0, 0, 10, 40),
    without: fc.constantFrom(undefined, undefined, 'a', 'b'),
    careless: fc.constantFrom(0, 0, 0, 30),
    mutates: fc.boolean(),
  });
  const questions = fc.array(question, { minLength: 1, maxLength: 2 * queriesOfEach, size: 'max' });
  let asked = 0;
  const met = new Map(all.map((feature) => [feature, 0]));
  const property = fc.asyncProperty(schemaTapes, questions, async (schemaTape, questions) => {
    const { schemas, lost = {}, ...truth } = randomSchema(schemaTape);
    const seen = new Set<(typeof all)[number]>();
    const watched = Object.entries(lost).map(([field, isLost]) => {
      const watch = (id: string) => isLost(id) && Boolean(seen.add('key that is null'));
      return [field, watch] as const;
    });
    const world = composed({ schemas, lost: Object.fromEntries(watched), ...truth });
    fc.pre(world !== undefined);
    for (const { tape, seed, faults, without, careless, ...question } of questions) {
      // Mutations have another effect where some do not arrive.
      const isMissing = without !== undefined || careless > 0;
      const mutates = question.mutates && !isMissing && Boolean(world.merged.getMutationType());
      const query = randomQuery(world.merged, tape, { mutates });
      if (!prepares(world, query)) continue;
      asked++;
      seen.clear();
      world.calls.length = 0;
      world.create({ seed, faults: isMissing ? 0 : faults, careless, without });
      const compare = isMissing ? losesOnlyWhatIsMissing : faults > 0 ? losesTheSame : answersTheSame;
      await compare(world, query).catch((error: Error) => {
        throw new Error(`${error.message}\n${Object.entries(schemas).flat().join('\n')}`, { cause: error });
      });
      for (const feature of featuresIn(world)) seen.add(feature);
      for (const feature of seen) met.set(feature, (met.get(feature) ?? 0) + 1);
    }
  });
  // Of some, hardly a query can be planned: there are enough to make up for that.
  const supergraphs = Math.ceil((3 * propertyRuns) / queriesOfEach);
  await check(property, {
    cases: supergraphs,
    what: `random supergraphs, about ${queriesOfEach} queries for each`,
    unbiased: true,
  });
  console.info(`${asked} queries and mutations, of which had\n`, Object.fromEntries(met));
  // About 1.8 as many as the runs, give or take a tenth: this is ten times as far away as one run is from the next.
  expect(asked).toBeGreaterThan(propertyRuns / 2);
  // Each of these is in one supergraph of twelve or more: not in any of 195 is a chance of 10^-7.
  if (supergraphs >= 195) for (const feature of frequent) expect(met.get(feature), feature).not.toBe(0);
}, 1_800_000);

function featuresIn({ calls, schemas }: WorldSupergraph) {
  const found = new Set<(typeof all)[number]>();
  const mutating = new Set<string>();
  for (const call of new Map(calls.map((call) => [call.subgraph + call.query, call])).values()) {
    const own = featuresOf(call, schemas[call.subgraph] as GraphQLSchema);
    for (const feature of own) found.add(feature);
    if (own.has('mutation')) mutating.add(call.subgraph);
  }
  if (mutating.size > 1) found.add('mutations of several subgraphs');
  return found;
}

function composed(cut: Parameters<typeof worldSupergraph>[0]): WorldSupergraph | undefined {
  try {
    return worldSupergraph(cut);
  } catch {
    return undefined;
  }
}
