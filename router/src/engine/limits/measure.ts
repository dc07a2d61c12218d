import {
  type ConstValueNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { OperationLimits } from './limits.ts';

/** What can be told of a document without a schema. */
export type Measured = Omit<OperationLimits, 'bytes' | 'tokens'>;

type Size = Measured & {
  /** Lists of the introspection schema within each other, were this below `__schema`. */
  lists: number;
};

const nothing: Size = {
  depth: 0,
  aliases: 0,
  rootFields: 0,
  directives: 0,
  directivesAtOnePlace: 0,
  selections: 0,
  introspectionDepth: 0,
  lists: 0,
};

/** The lists through which introspection leads from a type to types, so that each level multiplies the answer. */
const typeLists = new Set(['fields', 'inputFields', 'interfaces', 'possibleTypes']);
const introspectionFields = new Set(['__schema', '__type']);

/**
 * The largest of each measure among the operations and fragments of a document. Takes time linear in its length: each
 * fragment is measured once, so that nested ones, whose expansion is exponential, are counted without being expanded.
 * @throws GraphQLError where fragments spread each other in a circle; RangeError where it is nested beyond the stack.
 */
export function measure(document: DocumentNode): Measured {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const sizes = new Map<string, Size | 'under way'>();

  let largest = nothing;
  for (const definition of document.definitions) {
    // What a fragment selects is at the root only where an operation spreads it there.
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      largest = larger(largest, { ...ofFragment(definition.name.value), rootFields: 0 });
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const variables = (definition.variableDefinitions ?? []).map(({ directives, defaultValue }) => ({
      ...ofDirectives(directives),
      depth: valueDepth(defaultValue),
    }));
    const parts = [ofSelections(definition.selectionSet), ofDirectives(definition.directives), ...variables];
    largest = larger(largest, parts.reduce(together));
  }
  const { lists: _lists, ...measured } = largest;
  return measured;

  function ofSelections({ selections }: SelectionSetNode): Size {
    return selections.reduce((size, selection) => together(size, ofSelection(selection)), nothing);
  }

  function ofSelection(selection: SelectionNode): Size {
    const own = ofDirectives(selection.directives);
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value;
      const below = selection.selectionSet ? ofSelections(selection.selectionSet) : nothing;
      const values = (selection.arguments ?? []).map(({ value }) => valueDepth(value));
      return {
        ...together(own, below),
        depth: Math.max(1 + below.depth, ...values),
        aliases: below.aliases + (selection.alias ? 1 : 0),
        rootFields: 1,
        selections: below.selections + 1,
        lists: below.lists + (typeLists.has(name) ? 1 : 0),
        introspectionDepth: Math.max(
          below.introspectionDepth,
          introspectionFields.has(name) ? below.lists : 0,
        ),
      };
    }
    const below =
      selection.kind === Kind.INLINE_FRAGMENT
        ? ofSelections(selection.selectionSet)
        : ofFragment(selection.name.value);
    const size = together(own, below);
    return { ...size, selections: size.selections + 1, depth: size.depth + 1 };
  }

  function ofFragment(name: string): Size {
    const known = sizes.get(name);
    const fragment = fragments.get(name);
    // Validation says that it is not there.
    if (!fragment) return nothing;
    if (known === 'under way')
      throw new GraphQLError(`Cannot spread fragment "${name}" within itself.`, { nodes: fragment });
    if (known) return known;
    sizes.set(name, 'under way');
    const size = together(ofSelections(fragment.selectionSet), ofDirectives(fragment.directives));
    sizes.set(name, size);
    return size;
  }
}

const ofDirectives = (directives: readonly DirectiveNode[] = []): Size =>
  directives.length === 0
    ? nothing
    : { ...nothing, directives: directives.length, directivesAtOnePlace: directives.length };

/** Of two that stand in the same selection set: counts add up, depths do not. */
const together = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  aliases: a.aliases + b.aliases,
  rootFields: a.rootFields + b.rootFields,
  directives: a.directives + b.directives,
  directivesAtOnePlace: Math.max(a.directivesAtOnePlace, b.directivesAtOnePlace),
  selections: a.selections + b.selections,
  introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
  lists: Math.max(a.lists, b.lists),
});

/** Of two of which one is run at a time. */
const larger = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  aliases: Math.max(a.aliases, b.aliases),
  rootFields: Math.max(a.rootFields, b.rootFields),
  directives: Math.max(a.directives, b.directives),
  directivesAtOnePlace: Math.max(a.directivesAtOnePlace, b.directivesAtOnePlace),
  selections: Math.max(a.selections, b.selections),
  introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
  lists: Math.max(a.lists, b.lists),
});

function valueDepth(value: ValueNode | ConstValueNode | undefined): number {
  if (value?.kind === Kind.LIST)
    return value.values.reduce((depth, each) => Math.max(depth, 1 + valueDepth(each)), 1);
  if (value?.kind === Kind.OBJECT)
    return value.fields.reduce((depth, each) => Math.max(depth, 1 + valueDepth(each.value)), 1);
  return 0;
}
