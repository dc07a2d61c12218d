import type { FetchNode } from '@apollo/query-planner';
import { buildASTSchema, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { expect, it } from 'vitest';
import type { Run } from '../execute/run.ts';
import { typeNames } from '../execute/type-names.ts';
import type { Asked } from './asked-fields.ts';
import { reportUnplanned, unplannedFields } from './unplanned-fields.ts';

const sdl = parse(`
  type Query { people: [[Person]]  other: Int }
  type Person { name: String  pet: Pet }
  type Pet { id: ID }`);
const schema = buildASTSchema(sdl);
const fetch: FetchNode = {
  kind: 'Fetch',
  serviceName: 'a',
  operation: '{ people { name } }',
  operationName: undefined,
  operationKind: 'query' as FetchNode['operationKind'],
};
const field = (name: string, below: Asked = []): Asked[0] => ({ name, on: [], fetch, below });
const asked = [field('people', [field('name')])];

const unplannedIn = (text: string) => {
  const document = parse(text);
  return unplannedFields(asked, document, getOperationAST(document) as OperationDefinitionNode, schema);
};

it('a field that no fetch of a plan selects is an error wherever it would be, when it is wanted', async () => {
  const unplanned = unplannedIn(
    'query ($yes: Boolean!) { people { name p: pet @include(if: $yes) { id } } }',
  );
  const step = reportUnplanned(unplanned, () => undefined, typeNames(sdl));
  const errorsWith = async (variables: object) => {
    const run = { variables, data: { people: [[{ name: 'Ann' }, null], [{ name: 'Bo' }]] }, errors: [] };
    await step(run as unknown as Run);
    return run.errors;
  };
  const message = 'No subgraph can resolve what is asked of "pet".';
  const extensions = { code: 'QUERY_PLANNING_FAILED', retryable: false };
  expect(await errorsWith({ yes: true })).toEqual([
    { message, path: ['people', 0, 0, 'p'], extensions },
    { message, path: ['people', 1, 0, 'p'], extensions },
  ]);
  expect(await errorsWith({ yes: false })).toEqual([]);
});

it('one that is never wanted is not missing', () => {
  expect(unplannedIn('{ people { name } other @include(if: false) }')).toEqual([]);
  expect(unplannedIn('{ people { name } other }')).toMatchObject([{ at: [], responseName: 'other' }]);
});
