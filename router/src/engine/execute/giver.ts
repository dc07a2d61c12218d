import type { FetchNode } from '@apollo/query-planner';
import type { Asked } from '../plan/asked-fields.ts';
import { type Data, getOwn, isData } from './own.ts';
import type { ResponsePath } from './run.ts';
import type { TypeNames } from './type-names.ts';

/**
 * The subgraph that a value at a place was to come from: the last that the plan asks for it. Undefined where it asks none.
 * @param asked by the plan, from the root on
 * @param data what the fetches brought, by which objects of one type are told from those of another
 * @param before a fetch that needs the value, and may ask for it again
 */
export function giverOf(
  asked: Asked,
  path: ResponsePath,
  data: Data,
  types: TypeNames,
  before?: FetchNode,
): string | undefined {
  let fields: Asked = [];
  let places = asked;
  let value: unknown = data;
  for (const key of path) {
    if (typeof key === 'number') {
      value = Array.isArray(value) ? value[key] : undefined;
      continue;
    }
    const typename = isData(value) ? value['__typename'] : undefined;
    fields = places.filter(
      ({ name, on }) =>
        name === key && (typename === undefined || on.every((type) => types.covers(type)(typename))),
    );
    places = fields.flatMap(({ below }) => below);
    value = isData(value) ? getOwn(value, key) : undefined;
  }
  const givers = fields.flatMap(({ fetch }) => fetch ?? []);
  const end = before ? givers.indexOf(before) : -1;
  return givers.at(end > 0 ? end - 1 : -1)?.serviceName;
}
