import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { PlanCompiler } from './compile-plan.ts';
import { type Data, getOwn, isData } from './own.ts';
import type { ResponsePath } from './run.ts';
import { isShallow } from './shallow.ts';

/** A place in an entity that has nothing which another subgraph could be told. */
export type Gap = {
  /** From the entity on. */
  place: ResponsePath;
  /** The object whose field it is. */
  holder: Data;
  why: 'nothing' | 'no type' | 'null' | 'null that may not be' | 'too deep';
};

/**
 * Where the inputs of a fetch are missing in an entity: slow, for when they are known to be.
 * @param type of the entity, as far as it is known
 */
export function gapsIn(
  selections: readonly QueryPlanSelectionNode[],
  entity: Data,
  type: string,
  { types, realName }: Pick<PlanCompiler, 'types' | 'realName'>,
): readonly Gap[] {
  const gaps: Gap[] = [];
  walk(selections, entity, type, []);
  return gaps;

  function walk(
    selections: readonly QueryPlanSelectionNode[],
    holder: Data,
    type: string,
    path: ResponsePath,
  ): void {
    for (const selection of selections) {
      if (selection.kind === 'InlineFragment') {
        const { typeCondition: condition = type } = selection;
        // What does not say of which type it is has no inputs at all.
        const own = holder['__typename'] ?? type;
        if (condition === type || types.mayBe(condition, own))
          walk(selection.selections, holder, types.isObject(type) ? type : condition, path);
        continue;
      }
      const name = selection.alias ?? selection.name;
      const place = [...path, name];
      const field = types.field(type, realName(selection.name));
      visit(getOwn(holder, name), selection.selections, { place, holder }, field);
    }
  }

  function visit(
    value: unknown,
    selections: readonly QueryPlanSelectionNode[] = [],
    at: Pick<Gap, 'place' | 'holder'>,
    field: { type: string; mayBeNull: boolean } | undefined,
  ): void {
    if (value === undefined) gaps.push({ ...at, why: 'nothing' });
    else if (value === null)
      gaps.push({ ...at, why: field?.mayBeNull === false ? 'null that may not be' : 'null' });
    else if (selections.length === 0) {
      if (!isShallow(value)) gaps.push({ ...at, why: 'too deep' });
    } else inside(value, selections, at, field?.type ?? '');
  }

  /** Items of lists may be null, for all that is known here. */
  function inside(
    value: unknown,
    selections: readonly QueryPlanSelectionNode[],
    at: Pick<Gap, 'place' | 'holder'>,
    type: string,
  ): void {
    if (isData(value)) walk(selections, value, type, at.place);
    else if (!Array.isArray(value)) gaps.push({ ...at, why: 'nothing' });
    else
      for (const [index, item] of value.entries())
        if (item !== null) inside(item, selections, { ...at, place: [...at.place, index] }, type);
  }
}
