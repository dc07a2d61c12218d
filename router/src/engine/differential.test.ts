import fc from 'fast-check';
import { execute as graphqlExecute, parse } from 'graphql';
import { expect, it } from 'vitest';
import type { Result } from './engine.ts';
import { propertyRuns } from './testing/config.ts';
import { context, execute } from './testing/local-supergraph.ts';
import { randomQuery, variables } from './testing/random-query.ts';
import { worldSupergraph } from './testing/world-supergraph.ts';

const { engine, merged, schemas, create } = worldSupergraph();

const tapes = fc.array(fc.nat({ max: 1000 }), { minLength: 5, maxLength: 250 });
const seeds = fc.nat({ max: 100_000 });

const prepares = (query: string) => {
  const prepared = engine.prepare(query);
  if (!('errors' in prepared)) return true;
  const [error] = prepared.errors;
  expect(error?.extensions?.['code'], `${error?.message}\n${query}`).toBe('GRAPHQL_VALIDATION_FAILED');
  return false;
};

/** The line of the answer, which is the same whether it is written or shaped. */
const answerAsText = async (query: string) => {
  const prepared = engine.prepare(query);
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(query);
  const answer = await prepared.operation.executeText(variables, context);
  return Buffer.isBuffer(answer) ? String(answer) : `${JSON.stringify(answer)}\n`;
};

const bothAnswer = async (query: string) => {
  const document = parse(query);
  const expected = await graphqlExecute({ schema: merged, document, variableValues: variables });
  return { expected: expected as Result, actual: await execute(engine, query, variables) };
};

const check = (property: Parameters<typeof fc.assert>[0]) =>
  fc.assert(property as fc.IAsyncProperty<unknown>, { numRuns: propertyRuns });

it('answers as one schema would', async () => {
  await check(
    fc.asyncProperty(tapes, seeds, async (tape, seed) => {
      const query = randomQuery(merged, tape);
      fc.pre(prepares(query));
      create({ seed });
      const { actual, expected } = await bothAnswer(query);
      expect(actual.errors, query).toBeUndefined();
      expect(await answerAsText(query), query).toBe(`${JSON.stringify({ data: expected.data })}\n`);
      expect(JSON.stringify(actual.data), query).toBe(JSON.stringify(expected.data));
    }),
  );
}, 600_000);

it('loses what one schema would lose when fields fail, and says so once for each', async () => {
  await check(
    fc.asyncProperty(tapes, seeds, fc.nat({ max: 60 }), async (tape, seed, faults) => {
      const query = randomQuery(merged, tape);
      fc.pre(prepares(query));
      create({ seed, faults });
      const { actual, expected } = await bothAnswer(query);
      expect(JSON.stringify(actual.data), query).toBe(JSON.stringify(expected.data));
      expect(await answerAsText(query), query).toBe(`${JSON.stringify(actual)}\n`);
      const paths = (actual.errors ?? []).map(({ path = [] }) => path);
      const texts = paths.map((path) => JSON.stringify(path));
      expect(new Set(texts).size, `twice the same\n${query}\n${texts}`).toBe(texts.length);
      for (const path of paths)
        expect(nullOn(path, actual.data), `${path} is not null\n${query}`).toBeDefined();
      for (const { path = [] } of expected.errors ?? []) {
        const hole = nullOn(path, actual.data) ?? [];
        const explained = paths.some((found) => hole.every((key, at) => found[at] === key));
        expect(explained, `${path} is not explained by any of ${texts}\n${query}`).toBe(true);
      }
    }),
  );
}, 600_000);

it('loses only what a missing subgraph knows', async () => {
  const subgraphs = fc.constantFrom(...Object.keys(schemas));
  await check(
    fc.asyncProperty(tapes, seeds, subgraphs, async (tape, seed, without) => {
      const query = randomQuery(merged, tape);
      fc.pre(prepares(query));
      create({ seed, without });
      const { actual, expected } = await bothAnswer(query);
      const paths = (actual.errors ?? []).map(({ path = [] }) => path);
      for (const { extensions } of actual.errors ?? [])
        expect(['SUBGRAPH_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']).toContain(extensions?.['code']);
      for (const hole of differences(actual.data, expected.data)) {
        const explained = paths.some((path) =>
          path.every((key, at) => at >= hole.length || hole[at] === key),
        );
        expect(explained, `${hole} is not explained by any of ${JSON.stringify(paths)}\n${query}`).toBe(true);
      }
    }),
  );
}, 600_000);

type Path = readonly (string | number)[];

/**
 * The place on the way along the path that is null or not there: a subgraph that knows an interface as an object is
 * asked for what fragments on some types select of all of them.
 */
function nullOn(path: Path, data: unknown): Path | undefined {
  let value = data;
  for (const [at, key] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, at);
    value = (value as Record<string | number, unknown>)[key];
  }
  return value === null || value === undefined ? path : undefined;
}

/** Where `actual` is null and `expected` is not. Whatever else differs is wrong. */
function differences(actual: unknown, expected: unknown, path: Path = []): Path[] {
  if (actual === null || actual === undefined) return expected === null ? [] : [path];
  if (typeof actual !== 'object') {
    expect(actual, `at ${path}`).toBe(expected);
    return [];
  }
  expect(Object.keys(actual), `at ${path}`).toEqual(Object.keys(expected as object));
  return Object.entries(actual).flatMap(([key, value]) =>
    differences(value, (expected as Record<string, unknown>)[key], [
      ...path,
      Array.isArray(actual) ? Number(key) : key,
    ]),
  );
}
