import { describe, expect, it } from 'vitest';
import { createMerge } from './merge.ts';
import type { Data } from './own.ts';

const merge = createMerge({ isObject: (name) => name !== 'Media' });

const merged = (target: Data, source: Data) => {
  merge(target, source);
  return target;
};

describe('merge', () => {
  it('adds what is not there, at every depth and in lists of the same length', () => {
    expect(
      merged(
        { a: { b: 1 }, list: [{ x: 1 }, null, [{ y: 1 }]] },
        { a: { c: 2 }, list: [{ z: 1 }, { x: 2 }, [{ w: 1 }]] },
      ),
    ).toEqual({ a: { b: 1, c: 2 }, list: [{ x: 1, z: 1 }, { x: 2 }, [{ y: 1, w: 1 }]] });
  });

  it('lets no null take the place of data, in whatever order they come', () => {
    expect(merged({ a: { b: 1 } }, { a: null })).toEqual({ a: { b: 1 } });
    expect(merged({ a: null }, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
    expect(merged({ a: [{ b: 1 }] }, { a: [null] })).toEqual({ a: [{ b: 1 }] });
    expect(merged({}, { a: null, b: undefined })).toEqual({ a: null });
  });

  it('takes the name of an object type for that of an interface, and not the other way round', () => {
    expect(merged({ __typename: 'Media' }, { __typename: 'Book' })).toEqual({ __typename: 'Book' });
    expect(merged({ __typename: 'Book' }, { __typename: 'Media' })).toEqual({ __typename: 'Book' });
    expect(merged({ __typename: 'Book' }, { __typename: 7 })).toEqual({ __typename: 'Book' });
  });

  it('copies when told to, so that targets do not share what comes later', () => {
    const source = { a: { b: 1 }, list: [{ c: 1 }] };
    const [one, other]: Data[] = [{}, {}] as [Data, Data];
    merge(one as Data, source, true);
    merge(other as Data, source);
    merge(one as Data, { a: { d: 1 }, list: [{ d: 1 }] });
    expect(other).toEqual({ a: { b: 1 }, list: [{ c: 1 }] });
  });

  it('reaches no prototype', () => {
    const target = merged(
      {},
      JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    );
    expect(Object.keys(target)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('polluted');
  });
});
