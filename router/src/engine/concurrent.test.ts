import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Result, Variables } from './engine.ts';
import { check, seeds, tapes } from './testing/check.ts';
import { propertyRuns } from './testing/config.ts';
import { randomQuery, variables } from './testing/random-query.ts';
import { worldSupergraph } from './testing/world-supergraph.ts';

const { engine, merged, create, calls, schemas } = worldSupergraph();

const requests = fc.array(
  fc.record({ viewer: fc.constantFrom('ada', 'bob'), yes: fc.boolean(), first: fc.nat({ max: 2 }) }),
  { minLength: 2, maxLength: 5 },
);

/** What came of a request, but for the order in which errors were met. */
const told = ({ data, errors = [] }: Result) => [
  JSON.stringify(data),
  errors.map((error) => JSON.stringify(error)).sort(),
];

it('gives everybody who asks at the same time the answer that they would get alone', async () => {
  let saved = 0;
  await check(
    fc.asyncProperty(
      ...([tapes, requests, seeds, fc.constantFrom(0, 30)] as const),
      fc.constantFrom(undefined, undefined, ...Object.keys(schemas)),
      async (tape, asked, seed, faults, without) => {
        const query = randomQuery(merged, tape);
        const prepared = engine.prepare(query);
        fc.pre(!('errors' in prepared));
        if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(query);
        const { operation } = prepared;
        const ask = ({ viewer, yes, first }: (typeof asked)[number]): Promise<Result> => {
          const given: Variables = { ...variables, yes, no: !yes, first };
          return operation.execute(given, { headers: { 'x-viewer': viewer }, correlationId: viewer });
        };

        create({ seed, faults, without });
        calls.length = 0;
        const expected: Result[] = [];
        for (const request of asked) expected.push(await ask(request));
        const alone = calls.length;

        create({ seed, faults, without, turns: 3 });
        calls.length = 0;
        const actual = await Promise.all(asked.map(ask));
        expect(actual.map(told), query).toEqual(expected.map(told));
        expect(calls.length, query).toBeLessThanOrEqual(alone);
        saved += alone - calls.length;
      },
    ),
    { cases: Math.ceil(propertyRuns / 3), what: 'requests that ask together' },
  );
  expect(saved, 'no call was ever saved').toBeGreaterThan(0);
}, 1_800_000);
