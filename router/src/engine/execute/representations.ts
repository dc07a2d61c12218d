import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type Data, getOwn, isData, readerOf, setOwn } from './own.ts';
import type { TypeNames } from './type-names.ts';

/** What a subgraph is told about an entity, or undefined where what it would need is missing or of another type. */
export type Represent = (entity: Data) => Data | undefined;

/** Copies a part of an entity into its representation; false when the entity lacks it. */
type Copy = (entity: Data, representation: Data) => boolean;

/**
 * Compiles the `requires` of a fetch: keys, and what `@requires` names. `realName` tells the name a subgraph knows a
 * field by, where the plan has another for it.
 */
export function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  types: TypeNames,
  realName: (responseName: string) => string,
): Represent {
  const copy = copySelections(requires, types, realName);
  return (entity) => {
    const representation: Data = {};
    return copy(entity, representation) && representation['__typename'] !== undefined
      ? representation
      : undefined;
  };
}

type Compiling = [types: TypeNames, realName: (responseName: string) => string];

function copySelections(selections: readonly QueryPlanSelectionNode[], ...compiling: Compiling): Copy {
  const copies = selections.map((selection) => copySelection(selection, ...compiling));
  return (entity, representation) => {
    for (const copy of copies) if (!copy(entity, representation)) return false;
    return true;
  };
}

function copySelection(selection: QueryPlanSelectionNode, types: TypeNames, realName: Compiling[1]): Copy {
  if (selection.kind === 'InlineFragment') {
    const applies = selection.typeCondition ? types.covers(selection.typeCondition) : () => true;
    const copy = copySelections(selection.selections, types, realName);
    return (entity, representation) => (applies(entity['__typename']) ? copy(entity, representation) : true);
  }
  const name = selection.alias ?? selection.name;
  const read = readerOf(name);
  const target = realName(name);
  if (!selection.selections?.length)
    return (entity, representation) => {
      const value = read(entity);
      if (value !== undefined) setOwn(representation, target, value);
      return value !== undefined;
    };
  const copy = copySelections(selection.selections, types, realName);
  return (entity, representation) => {
    const part = copyPart(read(entity), getOwn(representation, target), copy);
    if (part !== undefined) setOwn(representation, target, part);
    return part !== undefined;
  };
}

/** Several fragments may each add to the same part, so what is there already is kept. */
function copyPart(value: unknown, present: unknown, copy: Copy): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const before = Array.isArray(present) ? present : [];
    const items = value.map((item, index) => copyPart(item, before[index], copy));
    return items.includes(undefined) ? undefined : items;
  }
  if (!isData(value)) return undefined;
  const part = isData(present) ? present : {};
  return copy(value, part) ? part : undefined;
}
