import { type Operation, operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import type { LoadedSupergraph } from '../../supergraph/load.ts';
import { keepEmptySelections } from './conditional-selections.ts';
import { settleFragments } from './interface-fragments.ts';
import { withoutIntrospection } from './introspection-fields.ts';
import { misplacedField } from './misplaced-fields.ts';
import type { Overrides } from './override-labels.ts';
import type { Repaired } from './repair.ts';

/** Plans an operation that is valid for the API schema. @throws what the planner throws. */
export type Plan = (
  document: DocumentNode,
  operationName: string | undefined,
  overrides: Overrides,
) => QueryPlan;

export function createPlanner(
  { supergraph, api, apiSchema, fullSchema }: LoadedSupergraph,
  { interfaceObjects, isForeign }: Pick<Repaired, 'interfaceObjects' | 'isForeign'>,
): Plan {
  const planner = new QueryPlanner(supergraph, {
    // Without it, `...on A { p { v: f(x: 1) } } ...on B { p { v: f(x: 2) } }` gives both the same `v` when `f` is of
    // another subgraph, for the fetches of both go to every `p`.
    typeConditionedFetching: true,
    // Operations without named fragments are what the rest of the engine reads; with them, mutations of a fragment come
    // before those beside it.
    reuseQueryFragments: false,
  });
  return (document, operationName, overrides) => {
    const rewritten = keepEmptySelections(
      settleFragments(withoutIntrospection(document), apiSchema, interfaceObjects),
    );
    const operation: Operation = operationFromDocument(api, rewritten, {
      ...(operationName === undefined ? {} : { operationName }),
      validate: false,
    });
    const plan = planner.buildQueryPlan(operation, { overrideConditions: new Map(overrides) });
    const misplaced = misplacedField(plan.node, fullSchema, isForeign);
    if (misplaced !== undefined)
      throw new Error(`the plan asks for ${misplaced} where it cannot be resolved`);
    return plan;
  };
}
