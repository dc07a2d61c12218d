import { execute as graphqlExecute, parse } from 'graphql';
import { expect } from 'vitest';
import type { Result, Variables } from '../engine.ts';
import { context, execute } from './local-supergraph.ts';
import { variables as usual } from './random-query.ts';
import { textOf } from './text-of.ts';
import type { WorldSupergraph } from './world-supergraph.ts';

/* Compares what an engine answers with what graphql-js makes of the merged schema. The world is created beforehand. */

/** Whether a query is valid; those that are not are refused for that and for no other reason. */
export function prepares({ engine }: WorldSupergraph, query: string): boolean {
  const prepared = engine.prepare(query);
  if (!('errors' in prepared)) return true;
  const [error] = prepared.errors;
  expect(error?.extensions?.['code'], `${error?.message}\n${query}`).toBe('GRAPHQL_VALIDATION_FAILED');
  return false;
}

async function bothAnswer(
  { engine, merged, again, mutations }: WorldSupergraph,
  query: string,
  variables: Variables,
) {
  again();
  const expected = await graphqlExecute({
    schema: merged,
    document: parse(query),
    variableValues: variables,
  });
  const effects = mutations();
  again();
  const actual = await execute(engine, query, variables);
  // When all is lost, it is nobody's promise that the others are carried out.
  if (expected.data) expect(mutations(), query).toEqual(effects);
  return { expected: expected as Result, actual };
}

/** The text of the answer for two who ask at the same time, and so share it; who asks for a mutation is alone. */
async function answersAsText({ engine, again }: WorldSupergraph, query: string, variables: Variables) {
  const prepared = engine.prepare(query);
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(query);
  const { operation } = prepared;
  again();
  const who = operation.kind === 'mutation' ? [1] : [1, 2];
  const answers = await Promise.all(who.map(() => operation.executeText(variables, context)));
  return new Set(answers.map(textOf));
}

/** Nothing fails: the answer is the same, to the letter. But what is null where it must not be is lost, as below. */
export async function answersTheSame(
  world: WorldSupergraph,
  query: string,
  variables: Variables = usual,
): Promise<void> {
  const both = await bothAnswer(world, query, variables);
  const { actual, expected } = both;
  if (expected.errors) return sameIsLost(world, query, variables, both);
  expect(actual.errors, query).toBeUndefined();
  expect(JSON.stringify(actual.data), query).toBe(JSON.stringify(expected.data));
  const text = `${JSON.stringify({ data: expected.data })}\n`;
  expect(await answersAsText(world, query, variables), query).toEqual(new Set([text]));
}

/** Some fields fail: the data is the same, and every failure is told once, at a place that is null for it. */
export async function losesTheSame(
  world: WorldSupergraph,
  query: string,
  variables: Variables = usual,
): Promise<void> {
  await sameIsLost(world, query, variables, await bothAnswer(world, query, variables));
}

async function sameIsLost(
  world: WorldSupergraph,
  query: string,
  variables: Variables,
  { actual, expected }: { actual: Result; expected: Result },
): Promise<void> {
  expect(JSON.stringify(actual.data), query).toBe(JSON.stringify(expected.data));
  const text = `${JSON.stringify(actual)}\n`;
  expect(await answersAsText(world, query, variables), query).toEqual(new Set([text]));
  const paths = (actual.errors ?? []).map(({ path = [] }) => path);
  const texts = paths.map((path) => JSON.stringify(path));
  expect(new Set(texts).size, `twice the same\n${query}\n${texts}`).toBe(texts.length);
  for (const path of paths) expect(nullOn(path, actual.data), `${path} is not null\n${query}`).toBeDefined();
  for (const { path = [] } of expected.errors ?? []) {
    const hole = nullOn(path, actual.data) ?? [];
    const explained = paths.some((found) => hole.every((key, at) => found[at] === key));
    expect(explained, `${path} is not explained by any of ${texts}\n${query}`).toBe(true);
  }
}

/** A subgraph does not answer, or leaves out fields: what others know is as it should be, and every hole is explained. */
export async function losesOnlyWhatIsMissing(
  world: WorldSupergraph,
  query: string,
  variables: Variables = usual,
): Promise<void> {
  const { actual, expected } = await bothAnswer(world, query, variables);
  const paths = (actual.errors ?? []).map(({ path = [] }) => path);
  for (const { extensions } of actual.errors ?? []) expect(ofMissing).toContain(extensions?.['code']);
  for (const hole of differences(actual.data, expected.data)) {
    const explained = paths.some((path) => path.every((key, at) => at >= hole.length || hole[at] === key));
    expect(explained, `${hole} is not explained by any of ${JSON.stringify(paths)}\n${query}`).toBe(true);
  }
}

const ofMissing = ['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_MALFORMED_RESPONSE', 'INTERNAL_SERVER_ERROR'];

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
