import fc from 'fast-check';
import { execute as graphqlExecute, parse } from 'graphql';
import { expect, it } from 'vitest';
import { propertyRuns } from './testing/config.ts';
import { execute } from './testing/local-supergraph.ts';
import { randomQuery, variables } from './testing/random-query.ts';
import { worldSupergraph } from './testing/world-supergraph.ts';

const { engine, merged, setFaults } = worldSupergraph();

const tape = fc.array(fc.nat({ max: 1000 }), { minLength: 5, maxLength: 120 });

const isValid = (query: string) => {
  const prepared = engine.prepare(query);
  if (!('errors' in prepared)) return true;
  const [error] = prepared.errors;
  expect(error?.extensions?.['code'], `${error?.message}\n${query}`).toBe('GRAPHQL_VALIDATION_FAILED');
  return false;
};

it('answers as one schema would', async () => {
  setFaults(0);
  await fc.assert(
    fc.asyncProperty(tape, async (decisions) => {
      const query = randomQuery(merged, decisions);
      fc.pre(isValid(query));
      const expected = await graphqlExecute({
        schema: merged,
        document: parse(query),
        variableValues: variables,
      });
      const actual = await execute(engine, query, variables);
      expect(actual.errors).toBeUndefined();
      expect(JSON.stringify(actual.data), query).toBe(JSON.stringify(expected.data));
    }),
    { numRuns: propertyRuns },
  );
});
