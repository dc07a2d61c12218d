import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { argument, fieldSet, isDirective, isFieldsType, subgraphNames } from './supergraph-ast.ts';

/** Whether a subgraph has only declared the field, `@external`, and cannot give it anywhere. */
export type IsForeign = (subgraph: string, type: string, field: string) => boolean;

/** Reads which fields are `@external`; one that a key or a `@provides` of the subgraph names is not foreign to it. */
export function foreignFields(supergraph: DocumentNode): IsForeign {
  const subgraphs = subgraphNames(supergraph);
  const external = new Set<string>();
  const known = new Set<string>();
  const read = (join: ConstDirectiveNode, fieldSetArgument: string, place: string) => {
    const graph = String(argument(join, 'graph'));
    const subgraph = subgraphs.get(graph) ?? graph;
    const text = argument(join, fieldSetArgument);
    if (typeof text === 'string')
      for (const name of namesIn(fieldSet(text))) known.add(`${subgraph} ${name}`);
    if (argument(join, 'external') === true) external.add(`${subgraph} ${place}`);
  };
  for (const type of supergraph.definitions.filter(isFieldsType)) {
    for (const join of type.directives?.filter(isDirective('join__type')) ?? []) read(join, 'key', '');
    for (const field of type.fields ?? [])
      for (const join of field.directives?.filter(isDirective('join__field')) ?? [])
        read(join, 'provides', `${type.name.value}.${field.name.value}`);
  }
  return (subgraph, type, field) =>
    external.has(`${subgraph} ${type}.${field}`) && !known.has(`${subgraph} ${field}`);
}

const namesIn = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((selection) => [
    ...(selection.kind === Kind.FIELD ? [selection.name.value] : []),
    ...('selectionSet' in selection && selection.selectionSet ? namesIn(selection.selectionSet) : []),
  ]);

/**
 * The first field that a plan asks a subgraph for which does not have it.
 *
 * When `a` requires `b`, `b` requires `c`, `c` requires `d`, and two subgraphs have them in turn, planner 2.14.4 asks
 * the one of `b` for `b` and `c` at once, and the answer would be made up from an input that nobody resolved.
 */
export function misplacedField(
  node: PlanNode | SubscriptionNode | undefined,
  schema: GraphQLSchema,
  isForeign: IsForeign,
): string | undefined {
  for (const { serviceName, operation } of node ? fetchesOf(node) : []) {
    const types = new TypeInfo(schema);
    let found: string | undefined;
    visit(
      parse(operation, { noLocation: true }),
      visitWithTypeInfo(types, {
        Field({ name: { value } }) {
          const type = types.getParentType()?.name;
          if (type !== undefined && isForeign(serviceName, type, value)) found ??= `${type}.${value}`;
        },
      }),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function fetchesOf(node: PlanNode | SubscriptionNode): FetchNode[] {
  switch (node.kind) {
    case 'Fetch':
      return [node];
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesOf);
    case 'Flatten':
      return fetchesOf(node.node);
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? fetchesOf(clause) : []));
    case 'Subscription':
      return [node.primary, ...(node.rest ? fetchesOf(node.rest) : [])];
    case 'Defer':
      return [];
  }
}
