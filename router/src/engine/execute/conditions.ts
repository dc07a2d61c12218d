import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { Variables } from '../engine.ts';
import { readerOf } from './own.ts';

/** Whether something is selected; undefined stands for "always". */
export type Condition = (variables: Variables) => boolean;

/** What `@include(if: false)` says. */
export const never: Condition = () => false;

/** Compiles `@skip` and `@include` of a selection. Variables that conditions read are never null: `prepare` sees to it. */
export function conditionOf({ directives = [] }: SelectionNode): Condition | undefined {
  let condition: Condition | undefined;
  for (const { name, arguments: args } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const wanted = name.value === 'include';
    const value = args?.[0]?.value;
    if (value?.kind === 'Variable') {
      const read = readerOf(value.name.value);
      condition = both(condition, (variables) => (read(variables) === true) === wanted);
    } else if (value?.kind === 'BooleanValue' && value.value !== wanted) {
      return never;
    }
  }
  return condition;
}

/** When any of a selection set is selected. */
export function someOf({ selections }: SelectionSetNode): Condition | undefined {
  const conditions: Condition[] = [];
  for (const selection of selections) {
    const own = conditionOf(selection);
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? someOf(selection.selectionSet) : undefined;
    const when = own === never || inner === never ? never : both(own, inner);
    if (!when) return undefined;
    if (when !== never) conditions.push(when);
  }
  if (conditions.length === 0) return never;
  return (variables) => conditions.some((when) => when(variables));
}

export function both(one: Condition | undefined, other: Condition | undefined): Condition | undefined {
  if (!one || !other) return one ?? other;
  return (variables) => one(variables) && other(variables);
}
