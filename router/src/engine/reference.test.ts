import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import fc from 'fast-check';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { repair } from './plan/repair.ts';
import { check, seeds, tapesOf } from './testing/check.ts';
import { execute } from './testing/local-supergraph.ts';
import { randomQuery, variables } from './testing/random-query.ts';
import { worldSupergraph } from './testing/world-supergraph.ts';

const { engine, merged, sdl, transports, create } = worldSupergraph();
const supergraph = Supergraph.build(repair(sdl).sdl);
const api = supergraph.apiSchema();
const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
const planner = new QueryPlanner(supergraph);

const serviceMap = Object.fromEntries(
  Object.entries(transports).map(([name, transport]) => [
    name,
    {
      process: ({ request }: { request: { query: string; variables: Record<string, unknown> } }) =>
        transport.execute({ query: request.query, variables: request.variables, headers: {} }),
    },
  ]),
);

/** Longer ones are hardly ever without what is beyond the reference. */
const tapes = tapesOf(60);

/**
 * The reference takes the `__typename` that the subgraph of an `@interfaceObject` gives for the object's type, and
 * loses what a fragment on an object type selects within one on an interface. It also orders keys otherwise.
 */
const isBeyondReference = (query: string) => /\b(media|medium|loved|Media|Book|Film|Node)\b/.test(query);

/** What the executor of `@apollo/gateway` makes of the query. */
async function reference(query: string) {
  const document = parse(query);
  const plan = planner.buildQueryPlan(operationFromDocument(api, document));
  const operationContext = buildOperationContext({ schema: engine.schema, operationDocument: document });
  const request = { request: { variables }, context: {}, logger: console, metrics: {} };
  return executeQueryPlan(
    plan,
    serviceMap as never,
    request as never,
    operationContext,
    supergraphSchema,
    api,
  );
}

it('gives the data that the executor of @apollo/gateway gives', async () => {
  const property = fc.asyncProperty(tapes, seeds, async (tape, seed) => {
    const query = randomQuery(merged, tape, { plain: true });
    fc.pre(!isBeyondReference(query) && !('errors' in engine.prepare(query)));
    create({ seed });
    const expected = await reference(query);
    const actual = await execute(engine, query, variables);
    expect(JSON.parse(JSON.stringify(expected.data)), query).toEqual(actual.data);
  });
  await check(property, { what: 'the executor of @apollo/gateway' });
}, 600_000);
