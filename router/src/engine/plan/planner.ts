import { type Operation, operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, getOperationAST } from 'graphql';
import type { LoadedSupergraph } from '../../supergraph/load.ts';
import { createPlanByLevels } from '../plan-by-levels/plan-by-levels.ts';
import { askedByPlan } from './asked-fields.ts';
import { keepEmptySelections } from './conditional-selections.ts';
import { settleFragments } from './interface-fragments.ts';
import { withoutIntrospection } from './introspection-fields.ts';
import { misplacedField } from './misplaced-fields.ts';
import { keepsMutations } from './mutation-order.ts';
import type { Overrides } from './override-labels.ts';
import { type ParsedFetch, parsedFetches } from './plan-fetches.ts';
import type { Repaired } from './repair.ts';
import { unplannedFields } from './unplanned-fields.ts';

/** A plan, and whether it is one by levels. */
export type OperationPlan = QueryPlan & { byLevels?: true };

type Usual = { plan: QueryPlan; fetches: readonly ParsedFetch[] };

/** Plans an operation that is valid for the API schema. @throws what the planner throws. */
export type Plan = (
  document: DocumentNode,
  operationName: string | undefined,
  overrides: Overrides,
) => OperationPlan;

/** What planning takes of what is known about a supergraph. */
export type PlanningRepairs = Pick<Repaired, 'interfaceObjects' | 'isForeign' | 'repairFetch' | 'factsFor'>;

export function createPlanner(
  { supergraph, api, apiSchema, fullSchema }: LoadedSupergraph,
  { interfaceObjects, isForeign, repairFetch, factsFor }: PlanningRepairs,
  { onlyByLevels = false } = {},
): Plan {
  const planner = new QueryPlanner(supergraph, {
    // Without it, `...on A { p { v: f(x: 1) } } ...on B { p { v: f(x: 2) } }` gives both the same `v` when `f` is of
    // another subgraph, for the fetches of both go to every `p`.
    typeConditionedFetching: true,
    // Operations without named fragments are what the rest of the engine reads; with them, mutations of a fragment come
    // before those beside it.
    reuseQueryFragments: false,
  });
  const planByLevels = createPlanByLevels(factsFor, fullSchema);

  const planUsually = (...[document, operationName, overrides]: Parameters<Plan>): Usual => {
    const rewritten = keepEmptySelections(
      settleFragments(withoutIntrospection(document), apiSchema, interfaceObjects),
    );
    const operation: Operation = operationFromDocument(api, rewritten, {
      ...(operationName === undefined ? {} : { operationName }),
      validate: false,
    });
    const plan = planner.buildQueryPlan(operation, { overrideConditions: new Map(overrides) });
    const fetches = plan.node ? parsedFetches(plan.node) : [];
    const misplaced = misplacedField(fetches, fullSchema, isForeign);
    if (misplaced !== undefined)
      throw new Error(`the plan asks for ${misplaced} where it cannot be resolved`);
    return { plan, fetches };
  };

  return (document, operationName, overrides) => {
    const byLevels = (): OperationPlan => ({
      ...planByLevels(document, operationName, overrides),
      byLevels: true,
    });
    const operation = getOperationAST(document, operationName);
    if (onlyByLevels || !operation) return byLevels();
    let usual: Usual;
    try {
      usual = planUsually(document, operationName, overrides);
    } catch (error) {
      try {
        return byLevels();
      } catch {
        throw error;
      }
    }
    const { plan, fetches } = usual;
    if (!keepsMutations(fetches, document, operation, apiSchema)) return byLevels();
    const missing = unplannedFields(askedByPlan(plan.node, repairFetch), document, operation, apiSchema);
    if (missing.length === 0) return plan;
    try {
      return byLevels();
    } catch {
      // Of what is missing the answer says that it is.
      return plan;
    }
  };
}
