import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { PlanCompiler } from './compile-plan.ts';
import type { EntityInput } from './entity-input.ts';
import { type EntityList, putEntity } from './entity-list.ts';
import { type Data, readerOf, setOwn } from './own.ts';
import type { TypeNames } from './type-names.ts';

/** One value of a representation: how it is read from the entity, and the name that the subgraph knows it by. */
type Value = { name: string; read: (entity: Data) => unknown };

/**
 * Most representations are the name of a type and a value or two. Entities that have these are told apart by the values
 * themselves, so that neither an object nor a text is made of one that is in the list already. Undefined for any other
 * entity, whose input takes a closer look.
 */
export function compilePlainInput(
  { serviceName, requires = [], inputRewrites }: FetchNode,
  { types, realName, entityKeys }: PlanCompiler,
): (entity: Data) => EntityInput | undefined {
  if (inputRewrites?.length) return () => undefined;
  const inputs = new Map<unknown, PlainInput | undefined>();
  // Compiled when the first entity of the type comes, and for types that the subgraph knows: a type's name is data.
  const keys = entityKeys(serviceName);
  const inputOf = (typename: unknown) => {
    if (typeof typename !== 'string' || inputs.has(typename)) return inputs.get(typename);
    const key = keys.get(typename);
    if (!key) return undefined;
    const names = namesOf(requires, typename, types);
    const values = names?.map((name): Value => ({ name: realName(name), read: readerOf(name) })) ?? [];
    const isGiven = (field: string) => values.some(({ name }) => name === field);
    const isPlain = isGiven('__typename') && key.some((fields) => fields.every(isGiven));
    const input = isPlain ? plainInput(values) : undefined;
    inputs.set(typename, input);
    return input;
  };
  return (entity) => {
    const input = inputOf(entity['__typename']);
    return input?.isOf(entity) ? input : undefined;
  };
}

/** The fields that representations of this type have; undefined where some have fields of their own. */
function namesOf(
  requires: readonly QueryPlanSelectionNode[],
  typename: string,
  types: TypeNames,
): readonly string[] | undefined {
  const names = new Set<string>();
  for (const selection of requires) {
    if (selection.kind === 'Field') {
      if (selection.selections?.length) return undefined;
      names.add(selection.alias ?? selection.name);
    } else if (!selection.typeCondition || types.covers(selection.typeCondition)(typename)) {
      const inner = namesOf(selection.selections, typename, types);
      if (!inner) return undefined;
      for (const name of inner) names.add(name);
    }
  }
  return [...names];
}

type PlainInput = EntityInput & { isOf(entity: Data): boolean };

function plainInput(values: readonly Value[]): PlainInput {
  const last = values[values.length - 1];
  const others = values.slice(0, -1);
  return {
    complete: true,
    isOf(entity) {
      for (const { read } of values) if (!isPlain(read(entity))) return false;
      return true;
    },
    placeIn(list, entity) {
      let level = list.byValues;
      for (const { read } of others) level = levelBelow(level, read(entity));
      const value = last?.read(entity);
      const known = level.get(value);
      if (typeof known === 'number') return known;
      const place = putRepresentation(list, values, entity);
      level.set(value, place);
      return place;
    },
  };
}

const isPlain = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function levelBelow(level: Map<unknown, unknown>, value: unknown): Map<unknown, unknown> {
  const known = level.get(value);
  if (known instanceof Map) return known;
  const fresh = new Map<unknown, unknown>();
  level.set(value, fresh);
  return fresh;
}

function putRepresentation(list: EntityList, values: readonly Value[], entity: Data): number {
  const representation: Data = {};
  let characters = 0;
  for (const { name, read } of values) {
    const value = read(entity);
    setOwn(representation, name, value);
    characters += name.length + String(value).length + 6;
  }
  return putEntity(list, representation, characters);
}
