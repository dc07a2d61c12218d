import { type Data, isData, readerOf } from './own.ts';
import type { ResponsePath } from './run.ts';
import type { TypeNames } from './type-names.ts';

/** An object that a fetch is for, with its place in the response and the objects around it, outermost first. */
export type Located = { object: Data; path: ResponsePath; around: readonly Data[] };

export type FetchPath = {
  /** All objects at the path; nulls are left out. */
  collect(data: Data): Data[];
  /** The same objects with their places: slower, for errors and contexts. */
  locate(data: Data): Located[];
};

type Hop = { key: string | undefined; read: (object: Data) => unknown; applies: (value: unknown) => boolean };

/**
 * Compiles the path of a `Flatten` node. Its elements are response names and `@` for the items of a list; either may
 * end in `|[A,B]`, which lets only objects of those types through. Type-conditioned paths begin with an empty name.
 */
export function compileFetchPath(path: readonly (string | number)[], types: TypeNames): FetchPath {
  const hops = path.map(String).flatMap((element) => hopOf(element, types));
  return {
    collect(data) {
      const found: Data[] = [];
      gather(data, hops, 0, found);
      return found;
    },
    locate(data) {
      const found: Located[] = [];
      locate(data, hops, 0, [], [], found);
      return found;
    },
  };
}

function hopOf(element: string, types: TypeNames): Hop[] {
  const [name = '', condition] = element.split('|', 2);
  if (name === '') return [];
  const key = name === '@' ? undefined : name;
  const applies = condition ? conditionOf(condition.slice(1, -1).split(','), types) : () => true;
  return [{ key, read: readerOf(name), applies }];
}

/** An object whose type is not settled yet, because an `@interfaceObject` gave it, may be of any type. */
function conditionOf(names: readonly string[], types: TypeNames): Hop['applies'] {
  return (value) => {
    if (!isData(value)) return true;
    const typename = value['__typename'];
    return typeof typename !== 'string' || names.includes(typename) || !types.isObject(typename);
  };
}

function gather(value: unknown, hops: readonly Hop[], at: number, found: Data[]): void {
  const hop = hops[at];
  if (hop === undefined) {
    if (isData(value)) found.push(value);
  } else if (hop.key !== undefined) {
    if (!isData(value)) return;
    const child = hop.read(value);
    if (hop.applies(child)) gather(child, hops, at + 1, found);
  } else if (Array.isArray(value)) {
    for (const item of value) if (hop.applies(item)) gather(item, hops, at + 1, found);
  }
}

function locate(
  value: unknown,
  hops: readonly Hop[],
  at: number,
  path: ResponsePath,
  around: readonly Data[],
  found: Located[],
): void {
  const hop = hops[at];
  if (hop === undefined) {
    if (isData(value)) found.push({ object: value, path, around });
  } else if (hop.key !== undefined) {
    if (!isData(value)) return;
    const child = hop.read(value);
    if (hop.applies(child)) locate(child, hops, at + 1, [...path, hop.key], [...around, value], found);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      if (hop.applies(item)) locate(item, hops, at + 1, [...path, index], around, found);
  }
}

/** The deepest place that all of them share. */
export function commonPath(paths: readonly ResponsePath[]): ResponsePath {
  const [first = [], ...others] = paths;
  const end = first.findIndex((key, at) => others.some((other) => other[at] !== key));
  return end === -1 ? first : first.slice(0, end);
}
