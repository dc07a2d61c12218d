import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { compileOperation } from '@meridian/kernel/execution/compile-operation';
import { scalarResolvers } from '@meridian/kernel/scalars';
import { randomFrom } from '@meridian/kernel/testing/random';
import { answerAtRandom } from '@meridian/kernel/testing/random-answers';
import { randomOperation } from '@meridian/kernel/testing/random-operation';
import { promised } from '@meridian/kernel/testing/same-answer';
import fc from 'fast-check';
import { execute, Kind, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromRoot } from './root.ts';
import { subgraphNames } from './subgraph-names.ts';

/*
 * The compiled form against graphql-js: random operations on the schemas of the four subgraphs, whose fields answer at
 * random, well and badly, now and later.
 */
function randomlyAnswering(subgraph: string) {
  const typeDefs = parse(readFileSync(fromRoot(`subgraphs/${subgraph}/schema.graphql`), 'utf8'));
  const scalars = typeDefs.definitions.flatMap((definition) =>
    definition.kind === Kind.SCALAR_TYPE_DEFINITION ? [definition.name.value] : [],
  );
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: scalarResolvers(scalars) }]);
  answerAtRandom(schema);
  return schema;
}

/** graphql-js leaves rejections unhandled when a later item of the same list throws at once. The compiled form must not. */
const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => void unhandled.push(reason);
const usual = process.listeners('unhandledRejection');
beforeAll(() => {
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', noteUnhandled);
});
afterAll(() => {
  process.removeAllListeners('unhandledRejection');
  for (const listener of usual) process.on('unhandledRejection', listener);
});

describe.each(subgraphNames)('%s, compiled and interpreted', (subgraph) => {
  const schema = randomlyAnswering(subgraph);

  it.each(['query', 'mutation'] as const)('gives the same answer to every %s', async (kind) => {
    const counts = { valid: 0, data: 0, errors: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const { query, variables } = randomOperation(schema, kind, randomFrom(seed));
        const document = parse(query);
        if (validate(schema, document).length > 0) return;
        const operation = compileOperation(schema, document);
        expect(operation.isCompiled).toBe(true);
        const expected = await execute({
          schema,
          document,
          variableValues: variables,
          contextValue: { seed },
        });
        await setImmediate();
        unhandled.length = 0;
        for (const _ of ['first', 'again'])
          expect(promised(await operation.run({ variables, context: { seed } })), query).toEqual(
            promised(expected),
          );
        await setImmediate();
        expect(unhandled, query).toEqual([]);
        counts.valid++;
        if (expected.data) counts.data++;
        if (expected.errors) counts.errors++;
      }),
      { numRuns: 250 },
    );
    // Of mutations of the catalog, about 45 come to data.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(5);
  });
});
