import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, parse } from 'graphql';

/** A fetch of a plan with its operation, which is text in plans. */
export type ParsedFetch = { fetch: FetchNode; operation: OperationDefinitionNode };

/** The fetches of a plan, in its order. */
export function fetchesIn(node: PlanNode | SubscriptionNode): FetchNode[] {
  switch (node.kind) {
    case 'Fetch':
      return [node];
    case 'Flatten':
      return fetchesIn(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesIn);
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? fetchesIn(clause) : []));
    case 'Subscription':
      return [node.primary, ...(node.rest ? fetchesIn(node.rest) : [])];
    case 'Defer':
      return [];
  }
}

/** The same, each parsed for all who are to look at it. */
export const parsedFetches = (node: PlanNode | SubscriptionNode): ParsedFetch[] =>
  fetchesIn(node).flatMap((fetch) => {
    const [operation] = parse(fetch.operation, { noLocation: true }).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? [{ fetch, operation }] : [];
  });
