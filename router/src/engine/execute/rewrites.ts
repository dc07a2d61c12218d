import type { FetchDataRewrite } from '@apollo/query-planner';
import { type Data, isData, readerOf, setOwn } from './own.ts';
import { mostLevels } from './shallow.ts';
import type { TypeNames } from './type-names.ts';

/** Mends data in place. */
export type Rewrite = (data: unknown) => void;

const fragment = '... on ';

/**
 * Compiles the planner's rewrites of the data around one fetch: a `ValueSetter` lets an object pass for another type
 * (`@interfaceObject`), a `KeyRenamer` undoes an alias that kept fields of two types apart.
 */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  types: TypeNames,
): Rewrite | undefined {
  if (!rewrites?.length) return undefined;
  const all = rewrites.map((rewrite) => {
    const name = rewrite.path.at(-1) ?? '';
    return reach(rewrite.path.slice(0, -1), change(rewrite, name), types);
  });
  return (data) => {
    for (const rewrite of all) rewrite(data);
  };
}

function change(rewrite: FetchDataRewrite, name: string): (object: Data) => void {
  if (rewrite.kind === 'ValueSetter') {
    const value: unknown = rewrite.setValueTo;
    return (object) => setOwn(object, name, value);
  }
  const read = readerOf(name);
  return (object) => {
    const value = read(object);
    if (value === undefined) return;
    setOwn(object, rewrite.renameKeyTo, value);
    setOwn(object, name, undefined);
  };
}

/** Applies `then` to every object at the path. An object that does not say its type passes every type condition. */
function reach(path: readonly string[], then: (object: Data) => void, types: TypeNames): Rewrite {
  const [first, ...rest] = path;
  const enter = first === undefined ? then : hop(first, reach(rest, then, types), types);
  const rewrite = (data: unknown, levels: number): void => {
    if (isData(data)) enter(data);
    else if (Array.isArray(data) && levels > 0) for (const item of data) rewrite(item, levels - 1);
  };
  return (data) => rewrite(data, mostLevels);
}

function hop(element: string, next: Rewrite, types: TypeNames): (object: Data) => void {
  if (!element.startsWith(fragment)) {
    const read = readerOf(element);
    return (object) => next(read(object));
  }
  const applies = types.covers(element.slice(fragment.length));
  return (object) => {
    const typename = object['__typename'];
    if (typename === undefined || applies(typename)) next(object);
  };
}
