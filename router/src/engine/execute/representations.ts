import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type Data, getOwn, isData, readerOf, setOwn } from './own.ts';
import { isShallow } from './shallow.ts';
import type { TypeNames } from './type-names.ts';

/** Copies inputs of a fetch from an entity into its representation; false when the entity lacks some of them. */
export type Represent = (entity: Data, representation: Data) => boolean;

type Compiler = {
  types: TypeNames;
  /** The name that a subgraph knows a field by, where the plan has another for it. */
  realName: (responseName: string) => string;
  /** Whether an object that lacks something is copied as far as it goes. @default left out */
  keepsParts?: boolean;
};

/** Compiles the `requires` of a fetch: keys, and what `@requires` names. */
export function compileRepresent(requires: readonly QueryPlanSelectionNode[], compiler: Compiler): Represent {
  const copies = requires.map((selection) => copySelection(selection, compiler));
  return (entity, representation) => {
    let complete = true;
    for (const copy of copies) complete = copy(entity, representation) && complete;
    return complete;
  };
}

function copySelection(selection: QueryPlanSelectionNode, compiler: Compiler): Represent {
  const { types, realName, keepsParts = false } = compiler;
  if (selection.kind === 'InlineFragment') {
    const applies = selection.typeCondition ? types.covers(selection.typeCondition) : () => true;
    const copy = compileRepresent(selection.selections, compiler);
    return (entity, representation) => (applies(entity['__typename']) ? copy(entity, representation) : true);
  }
  const name = selection.alias ?? selection.name;
  const read = readerOf(name);
  const target = realName(name);
  if (!selection.selections?.length)
    return (entity, representation) => {
      const value = read(entity);
      // What is nested too deep cannot be written into a call.
      if (value === undefined || !isShallow(value)) return false;
      setOwn(representation, target, value);
      return true;
    };
  const copy = compileRepresent(selection.selections, compiler);
  const asFarAsItGoes: Represent = (value, part) => {
    copy(value, part);
    return true;
  };
  return (entity, representation) => {
    const part = copyPart(read(entity), getOwn(representation, target), keepsParts ? asFarAsItGoes : copy);
    if (part !== undefined) setOwn(representation, target, part);
    return part !== undefined;
  };
}

/** Several fragments may each add to the same part, so what is there already is kept. */
function copyPart(value: unknown, present: unknown, copy: Represent): unknown {
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
