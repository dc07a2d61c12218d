import { type Data, getOwn, isData, setOwn } from './own.ts';
import type { TypeNames } from './type-names.ts';

/**
 * Merges what a fetch brought into what is there. `source` must not be used afterwards, unless it is merged into
 * several targets: then every one but the last takes a copy, lest a later fetch for one of them writes into all.
 */
export type Merge = (target: Data, source: Data, copy?: boolean) => void;

/**
 * Null never replaces data: a subgraph that could not give its part of an object takes nothing from the others.
 * Nor does the name of an interface replace that of an object type: only a subgraph with an `@interfaceObject`
 * gives such a name, and it knows less than the one that named the object type. That one is believed, whatever another says.
 */
export function createMerge({ isObject }: Pick<TypeNames, 'isObject'>): Merge {
  const isObjectName = (name: unknown) => typeof name === 'string' && isObject(name);

  const merge: Merge = (target, source, copy = false) => {
    for (const key in source) {
      const value = source[key];
      const present = getOwn(target, key);
      if (value === undefined || (value === null && present !== undefined)) continue;
      if (present === undefined || present === null) setOwn(target, key, copy ? copyOf(value) : value);
      else if (isData(value) && isData(present)) merge(present, value, copy);
      else if (Array.isArray(value) && Array.isArray(present) && value.length === present.length)
        mergeItems(present, value, copy);
      else if (key !== '__typename' || (isObjectName(value) && !isObjectName(present)))
        setOwn(target, key, copy ? copyOf(value) : value);
    }
  };

  function mergeItems(target: unknown[], source: readonly unknown[], copy: boolean): void {
    for (const [index, value] of source.entries()) {
      const present = target[index];
      if (value === null || value === undefined) continue;
      if (isData(value) && isData(present)) merge(present, value, copy);
      else if (Array.isArray(value) && Array.isArray(present) && value.length === present.length)
        mergeItems(present, value, copy);
      else target[index] = copy ? copyOf(value) : value;
    }
  }

  return merge;
}

/** A copy of JSON data, own properties only. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isData(value)) return value;
  const copy: Data = {};
  for (const key in value) setOwn(copy, key, copyOf(value[key]));
  return copy;
}
