import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, isObjectType, type OperationDefinitionNode } from 'graphql';
import { collectFields, fragmentsOf } from '../execute/collect-fields.ts';
import { rootFields } from '../execute/root-fields.ts';

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
): string[] {
  const type = schema.getRootType(operation.operation);
  if (!isObjectType(type)) return [];
  const selected = [{ selectionSet: operation.selectionSet, when: undefined }];
  const { occurrences } = collectFields(type, selected, { schema, fragments: fragmentsOf(document) });
  const fetched = new Set(node ? fetchedIn(node) : []);
  return [...occurrences].flatMap(([responseName, [first]]) => {
    const field = first?.node.name.value ?? responseName;
    return field.startsWith('__') || fetched.has(responseName) ? [] : [field];
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
