import type { QueryPlan } from '@apollo/query-planner';
import type { CacheState, Planner, RequestContext } from './engine.ts';
import type { Measured } from './limits/measure.ts';
import type { OperationPlan } from './plan/planner.ts';

/** What `extensions.plan` says of how a query or mutation was answered. Frames of subscriptions are made for many at once. */
export type Explanation = {
  /** Whether the operation was prepared before this request came (`hit`), or planned by another router (`shared`), or neither (`miss`). */
  cache: CacheState;
  /** There is no other form: plans of either planner are compiled. */
  form: 'compiled';
  planner: Planner;
  /** What limits count, and the fetches of the plan; entities that requests ask for together share theirs. */
  cost: Measured & { fetches: number };
  /** The plan, the operations for subgraphs among it. It has literals of the operation, and no variables. */
  node: QueryPlan['node'];
};

/** The `extensions` of an answer whose request asked for an explanation and may have one; else nothing. */
export const explanation = (
  { explain }: Pick<RequestContext, 'explain'>,
  { node, byLevels }: OperationPlan,
  cost: Measured,
): { extensions?: { plan: Explanation } } =>
  explain
    ? {
        extensions: {
          plan: {
            cache: explain.cache,
            form: 'compiled',
            planner: plannerOf(byLevels),
            cost: { ...cost, fetches: countFetches(node) },
            node,
          },
        },
      }
    : {};

export const plannerOf = (byLevels: true | undefined): Planner => (byLevels ? 'levels' : 'apollo');

function countFetches(node: QueryPlan['node']): number {
  const all = (nodes: readonly QueryPlan['node'][]) =>
    nodes.reduce((count, child) => count + countFetches(child), 0);
  switch (node?.kind) {
    case 'Fetch':
      return 1;
    case 'Sequence':
    case 'Parallel':
      return all(node.nodes);
    case 'Flatten':
      return countFetches(node.node);
    case 'Condition':
      return all([node.ifClause, node.elseClause]);
    default:
      return 0;
  }
}
