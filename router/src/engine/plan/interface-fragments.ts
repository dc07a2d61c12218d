import {
  type DocumentNode,
  doTypesOverlap,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../execute/collect-fields.ts';
import { typename } from './conditional-selections.ts';

/**
 * Rewrites fragments on interfaces and unions, where an `@interfaceObject` may be behind their parent, to say the same
 * by object types, or without a condition where it always holds.
 *
 * Planner 2.14.4 throws on `{ media { ... on Node { id } } }` when a subgraph has `Media` as an `@interfaceObject`, be
 * all its types Nodes or not.
 * @param interfaceObjects interfaces that are objects to some subgraph
 */
export function settleFragments(
  document: DocumentNode,
  schema: GraphQLSchema,
  interfaceObjects: ReadonlyMap<string, unknown>,
): DocumentNode {
  if (interfaceObjects.size === 0) return document;
  const fragments = fragmentsOf(document);

  function settle(set: SelectionSetNode, parent: GraphQLNamedType): SelectionSetNode {
    const selections = set.selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind !== Kind.FIELD) return settleFragment(selection, parent);
      const { selectionSet, name } = selection;
      const field = isCompositeType(parent) && !isUnionType(parent) && parent.getFields()[name.value];
      if (!selectionSet || !field) return [selection];
      return [{ ...selection, selectionSet: settle(selectionSet, getNamedType(field.type)) }];
    });
    return { ...set, selections: selections.length > 0 ? selections : [typename] };
  }

  function settleFragment(selection: Exclude<SelectionNode, { kind: Kind.FIELD }>, parent: GraphQLNamedType) {
    const { directives = [] } = selection;
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (!fragment) return [];
    const within = (type: GraphQLNamedType, isNamed: boolean): InlineFragmentNode => ({
      kind: Kind.INLINE_FRAGMENT,
      directives,
      ...(isNamed && {
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
      }),
      selectionSet: settle(fragment.selectionSet, type),
    });
    const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value);
    if (!condition || condition === parent) return [within(parent, false)];
    if (!isCompositeType(parent) || !isCompositeType(condition)) return [];
    if (!doTypesOverlap(schema, parent, condition)) return [];
    if (!isAbstractType(condition)) return [within(condition, true)];
    if (!isUnionType(parent) && schema.isSubType(condition, parent)) return [within(parent, false)];
    if (!isInterfaceType(parent) || !interfaceObjects.has(parent.name)) return [within(condition, true)];
    return schema
      .getPossibleTypes(parent)
      .filter((type) => schema.isSubType(condition, type))
      .map((type) => within(type, true));
  }

  const definitions = document.definitions.flatMap((definition) => {
    const root = definition.kind === Kind.OPERATION_DEFINITION && schema.getRootType(definition.operation);
    return root ? [{ ...definition, selectionSet: settle(definition.selectionSet, root) }] : [];
  });
  return { ...document, definitions };
}
