import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Variables } from '../engine.ts';
import { getOwn } from './own.ts';

/** Answers `__schema` or `__type`, which the planner leaves to the router. */
export function introspect(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Iterable<FragmentDefinitionNode>,
  fields: readonly FieldNode[],
  variableValues: Variables,
): unknown {
  const selectionSet = { kind: Kind.SELECTION_SET as const, selections: fields };
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet }, ...fragments],
  };
  const { data } = executeSync({ schema, document, variableValues });
  const [field] = fields;
  return data && field ? getOwn(data, (field.alias ?? field.name).value) : null;
}
