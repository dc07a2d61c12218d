import type { FetchNode } from '@apollo/query-planner';
import type { Located } from './fetch-path.ts';
import { type Data, isData, readerOf, setOwn } from './own.ts';
import { isShallow } from './shallow.ts';
import type { TypeNames } from './type-names.ts';

/** Reads what `@fromContext` arguments of an entity are to be from the objects around it: values by variable. */
export type ReadContext = (entity: Located) => Data;

const up = '..';
const fragment = '... on ';

/**
 * Compiles the planner's `contextRewrites`: each path goes up from the entity, one object for every `..`, and then
 * down to the value. There is one rewrite for each type that may set the context.
 */
export function compileContexts(
  { contextRewrites = [] }: FetchNode,
  types: TypeNames,
): ReadContext | undefined {
  if (contextRewrites.length === 0) return undefined;
  const reads = contextRewrites.map(({ path, renameKeyTo }) => ({
    variable: renameKeyTo,
    levels: path.filter((element) => element === up).length,
    read: compileDown(
      path.filter((element) => element !== up),
      types,
    ),
  }));
  return ({ around }) => {
    const values: Data = {};
    for (const { variable, levels, read } of reads) {
      const value = read(around.at(-levels));
      if (value !== undefined && isShallow(value)) setOwn(values, variable, value);
    }
    return values;
  };
}

function compileDown(path: readonly string[], types: TypeNames): (value: unknown) => unknown {
  const [first, ...rest] = path;
  if (first === undefined) return (value) => value;
  const next = compileDown(rest, types);
  if (first.startsWith(fragment)) {
    const applies = types.covers(first.slice(fragment.length));
    return (value) => (isData(value) && applies(value['__typename']) ? next(value) : undefined);
  }
  const read = readerOf(first);
  return (value) => (isData(value) ? next(read(value)) : value);
}
