import { randomOf } from '@meridian/kernel/testing/random';
import { randomOperation } from '@meridian/kernel/testing/random-operation';
import { check, seeds, tapesOf } from '@meridian/router/engine/testing/check';
import { answersTheSame, losesTheSame, prepares } from '@meridian/router/engine/testing/compare';
import { againstReference } from '@meridian/router/engine/testing/reference';
import fc from 'fast-check';
import { type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { expect, it } from 'vitest';
import { meridianWorld } from './testing/meridian-world.ts';

/*
 * The engine on the supergraph of the four subgraphs, whose fields answer by what a made-up world is like, some with
 * errors: against graphql-js on one schema, to the letter, and against the executor of @apollo/gateway.
 */
const world = meridianWorld();
const isTheSame = againstReference(world);

const chances = {
  tape: tapesOf(350),
  seed: seeds,
  kind: fc.constantFrom('query', 'query', 'mutation'),
  faults: fc.constantFrom(0, 0, 20),
} as const;

it('answers as one schema would, and as the executor of @apollo/gateway does', async () => {
  const property = fc.asyncProperty(fc.record(chances), async ({ tape, seed, kind, faults }) => {
    const { query, variables } = randomOperation(world.merged, kind, randomOf(tape));
    fc.pre(prepares(world, query) && areGiven(world.merged, query, variables));
    world.create({ seed, faults });
    await (faults > 0 ? losesTheSame : answersTheSame)(world, query, variables);
    expect(await isTheSame(query, variables), query).toBe(true);
  });
  await check(property, { what: 'the supergraph of the four subgraphs' });
}, 1_800_000);

/** Whether the variables are as the operation declares them; others are refused before anything is executed. */
function areGiven(schema: GraphQLSchema, query: string, variables: Record<string, unknown>): boolean {
  const definitions = getOperationAST(parse(query))?.variableDefinitions ?? [];
  return getVariableValues(schema, definitions, variables).errors === undefined;
}
