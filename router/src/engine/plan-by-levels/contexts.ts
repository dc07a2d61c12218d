import type { FetchDataRewrite } from '@apollo/query-planner';
import { type FieldNode, type GraphQLSchema, Kind, type SelectionSetNode } from 'graphql';
import { asHeld } from './inputs.ts';
import type { ContextArgument, JoinFacts } from './join-facts.ts';
import type { Place, Setting } from './place.ts';
import { covers } from './reach.ts';

/** A variable of a fetch that is read from the objects around those that it is for. */
export type ContextVariable = {
  name: string;
  type: string;
  rewrites: readonly Extract<FetchDataRewrite, { kind: 'KeyRenamer' }>[];
};

/** The nearest object around those at a place that sets a context, and how far up it is. */
export function settingOf(
  { around }: Place,
  context: string,
  facts: JoinFacts,
  levels = 1,
): { setting: Setting; levels: number } | undefined {
  if (!around) return undefined;
  if (facts.setsContext(around.start.origin.type, context)) return { setting: around, levels };
  return settingOf(around.place, context, facts, levels + 1);
}

/** The variable for an argument, by where its value is found. Client variables do not have such names. */
export function contextVariable(
  { argument, type, selection }: ContextArgument,
  field: string,
  { setting, levels }: { setting: Setting; levels: number },
  schema: GraphQLSchema,
): ContextVariable {
  const name = `contextualArgument_${field}_${argument}`;
  const up = Array<string>(levels).fill('..');
  const from = setting.start.origin.type;
  const rewrites = pathsIn(asHeld(selection), from, schema).map((path) => ({
    kind: 'KeyRenamer' as const,
    path: [...up, ...path],
    renameKeyTo: name,
  }));
  return { name, type, rewrites };
}

/** The ways down to the value, one for each type that has one of its own. */
function pathsIn(
  { selections }: SelectionSetNode,
  type: string | undefined,
  schema: GraphQLSchema,
): string[][] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      if (type !== undefined)
        return covers(schema, condition, type) ? pathsIn(selection.selectionSet, type, schema) : [];
      const below = pathsIn(selection.selectionSet, undefined, schema);
      return condition === undefined ? below : below.map((path) => [`... on ${condition}`, ...path]);
    }
    const { name, selectionSet } = selection;
    const below = selectionSet ? pathsIn(selectionSet, undefined, schema) : [[]];
    return below.map((path) => [name.value, ...path]);
  });
}

/** A field with its arguments from contexts. */
export const withContexts = (
  node: FieldNode,
  contexts: readonly ContextArgument[],
  variables: readonly ContextVariable[],
): FieldNode => ({
  ...node,
  arguments: [
    ...(node.arguments ?? []),
    ...contexts.map(({ argument }, at) => ({
      kind: Kind.ARGUMENT as const,
      name: { kind: Kind.NAME as const, value: argument },
      value: {
        kind: Kind.VARIABLE as const,
        name: { kind: Kind.NAME as const, value: variables[at]?.name ?? '' },
      },
    })),
  ],
});
