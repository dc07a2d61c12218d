import { badInput } from './errors.ts';

/** Where a page ends: the values of the sort columns of its last row, the id last. */
export type Position = readonly (string | number | null)[];

export type PageArguments = { first?: number | null | undefined; after?: string | null | undefined };
export type Page = { first: number; after: Position | null };

export type Connection<Row> = {
  edges: { cursor: string; node: Row }[];
  nodes: Row[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
};

const largestPage = 100;

/**
 * Checks the arguments of a connection. `columns` is how many values a position of this sort order has.
 * @throws BAD_USER_INPUT for a page size outside 1 to 100 or a cursor that is not of this list and order.
 */
export function pageOf({ first, after }: PageArguments, columns: number, usual = 20): Page {
  const size = first ?? usual;
  if (size < 1 || size > largestPage)
    throw badInput(`\`first\` must be from 1 to ${largestPage}, not ${size}`, 'first');
  return { first: size, after: after ? decode(after, columns) : null };
}

/** Builds a connection from one row more than the page holds: its presence says that there is a next page. */
export function connectionOf<Row>(
  rows: readonly Row[],
  { first, after }: Page,
  positionOf: (row: Row) => Position,
): Connection<Row> {
  const nodes = rows.slice(0, first);
  const edges = nodes.map((node) => ({ node, cursor: encode(positionOf(node)) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

const encode = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

function decode(cursor: string, columns: number): Position {
  const invalid = () => badInput('`after` is not a cursor of this list in this order', 'after');
  let position: unknown;
  try {
    position = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalid();
  }
  const isValue = (value: unknown) =>
    value === null || typeof value === 'string' || typeof value === 'number';
  if (!Array.isArray(position) || position.length !== columns || !position.every(isValue)) throw invalid();
  return position;
}
