import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, isObjectType, type OperationDefinitionNode } from 'graphql';
import { collectFields, fragmentsOf, type Occurrence } from '../execute/collect-fields.ts';
import { rootFields } from '../execute/root-fields.ts';
import type { Step } from '../execute/run.ts';

/** A root field without a fetch. Its conditions may contradict each other, so that nothing is missing. */
export type Unplanned = { responseName: string; message: string; places: readonly Occurrence[] };

/** Reports, before a plan is run, what it will not fetch though the variables select it. */
export function reportUnplanned(unplanned: readonly Unplanned[], step: Step): Step {
  if (unplanned.length === 0) return step;
  const extensions = { code: 'QUERY_PLANNING_FAILED', retryable: false };
  return (run) => {
    for (const { responseName, message, places } of unplanned)
      if (places.some(({ when }) => !when || when(run.variables)))
        run.errors.push({ message, path: [responseName], extensions });
    return step(run);
  };
}

/**
 * The root fields that an operation selects and that no fetch of its plan does.
 *
 * For an interface without reachable implementations planner 2.14.4 plans nothing, and null would be the answer
 * without an error.
 */
export function unplannedFields(
  { node }: QueryPlan,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): Unplanned[] {
  const type = schema.getRootType(operation.operation);
  if (!isObjectType(type)) return [];
  const selected = [{ selectionSet: operation.selectionSet, when: undefined }];
  const { occurrences } = collectFields(type, selected, { schema, fragments: fragmentsOf(document) });
  const fetched = new Set(node ? fetchedIn(node) : []);
  return [...occurrences].flatMap(([responseName, places]) => {
    const field = places[0]?.node.name.value ?? responseName;
    if (field.startsWith('__') || fetched.has(responseName)) return [];
    return [{ responseName, message: `No subgraph can resolve what is asked of "${field}".`, places }];
  });
}

function fetchedIn(node: PlanNode | SubscriptionNode): string[] {
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? [] : rootFields(node.operation);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchedIn);
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? fetchedIn(clause) : []));
    case 'Subscription':
      return fetchedIn(node.primary);
    // Nothing below a Flatten is at the root.
    default:
      return [];
  }
}
