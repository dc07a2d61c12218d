import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { ParsedFetch } from './plan-fetches.ts';
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
  fetches: readonly ParsedFetch[],
  schema: GraphQLSchema,
  isForeign: IsForeign,
): string | undefined {
  for (const { fetch, operation } of fetches) {
    const root = schema.getRootType(operation.operation)?.name;
    const found = foreignIn(operation.selectionSet, root, schema, (type, field) =>
      isForeign(fetch.serviceName, type, field),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param parent undefined where the schema does not know it, as that of entities */
function foreignIn(
  { selections }: SelectionSetNode,
  parent: string | undefined,
  schema: GraphQLSchema,
  isForeign: (type: string, field: string) => boolean,
): string | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
    let within = parent;
    if (selection.kind === Kind.INLINE_FRAGMENT) within = selection.typeCondition?.name.value ?? parent;
    else if (parent !== undefined) {
      const name = selection.name.value;
      if (isForeign(parent, name)) return `${parent}.${name}`;
      const type = schema.getType(parent);
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
      within = field && getNamedType(field.type).name;
    }
    const found = selection.selectionSet && foreignIn(selection.selectionSet, within, schema, isForeign);
    if (found !== undefined) return found;
  }
  return undefined;
}
