import { type Operation, operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import type { LoadedSupergraph } from '../../supergraph/load.ts';
import { keepEmptySelections } from './conditional-selections.ts';
import type { Overrides } from './override-labels.ts';

/** Plans an operation that is valid for the API schema. @throws what the planner throws. */
export type Plan = (
  document: DocumentNode,
  operationName: string | undefined,
  overrides: Overrides,
) => QueryPlan;

export function createPlanner({ supergraph, api }: LoadedSupergraph): Plan {
  const planner = new QueryPlanner(supergraph, {
    // Without it, `...on A { p { v: f(x: 1) } } ...on B { p { v: f(x: 2) } }` gives both the same `v` when `f` is of
    // another subgraph, for the fetches of both go to every `p`.
    typeConditionedFetching: true,
    // Operations without named fragments are what the rest of the engine reads.
    reuseQueryFragments: false,
  });
  return (document, operationName, overrides) => {
    const operation: Operation = operationFromDocument(api, keepEmptySelections(document), {
      ...(operationName === undefined ? {} : { operationName }),
      validate: false,
    });
    return planner.buildQueryPlan(operation, { overrideConditions: new Map(overrides) });
  };
}
