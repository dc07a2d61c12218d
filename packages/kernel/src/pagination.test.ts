import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectionOf, pageOf } from './pagination.ts';

const positionOf = (row: { at: number; id: string }) => [row.at, row.id];

/** What a keyset statement answers: rows beyond the position, one more than the page holds. */
const query = (rows: { at: number; id: string }[], page: ReturnType<typeof pageOf>) => {
  const after = page.after;
  const beyond = after
    ? rows.filter(({ at, id }) => at > Number(after[0]) || (at === after[0] && id > String(after[1])))
    : rows;
  return beyond.slice(0, page.first + 1);
};

test('walking by cursors meets every row once and in order, whatever the page size', () => {
  const row = fc.record({ at: fc.integer({ min: 0, max: 5 }), id: fc.uuid() });
  fc.assert(
    fc.property(
      fc.uniqueArray(row, { selector: ({ id }) => id }),
      fc.integer({ min: 1, max: 100 }),
      (rows, first) => {
        rows.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
        const seen: typeof rows = [];
        let after: string | null = null;
        for (;;) {
          const page = pageOf({ first, after }, 2);
          const { nodes, pageInfo } = connectionOf(query(rows, page), page, positionOf);
          seen.push(...nodes);
          if (!pageInfo.hasNextPage) break;
          after = pageInfo.endCursor;
        }
        expect(seen).toEqual(rows);
      },
    ),
  );
});

test.each([0, -1, 101])('a page of %i is refused', (first) => {
  expect(() => pageOf({ first }, 2)).toThrow('`first` must be from 1 to 100');
});

test.each([
  'nonsense',
  '',
  Buffer.from('[1]').toString('base64url'),
  Buffer.from('[{},2]').toString('base64url'),
  Buffer.from('{"0":1}').toString('base64url'),
])('a cursor of another list is refused: %j', (after) => {
  if (after === '') expect(pageOf({ after }, 2).after).toBeNull();
  else expect(() => pageOf({ after }, 2)).toThrow('not a cursor');
});
