import type { Pool, PoolClient } from 'pg';

type ColumnTypes = {
  text: string;
  int: number;
  bigint: bigint;
  float8: number;
  boolean: boolean;
  timestamptz: Date;
  jsonb: string;
};
type Column = keyof ColumnTypes | `${keyof ColumnTypes}?` | `enum ${string}`;
type Value<Kind extends Column> = Kind extends `${infer Base extends keyof ColumnTypes}?`
  ? ColumnTypes[Base] | null
  : Kind extends keyof ColumnTypes
    ? ColumnTypes[Kind]
    : string;

/** A table that imports and demo data fill. `key` is its primary or unique key; a type with `?` may be null. */
export type Table<Columns extends Record<string, Column> = Record<string, Column>> = {
  name: string;
  columns: Columns;
  key: readonly (keyof Columns & string)[];
};

export type RowOf<T extends Table> = { [Name in keyof T['columns']]: Value<T['columns'][Name]> };

export const table = <const Columns extends Record<string, Column>>(
  name: string,
  key: readonly (keyof Columns & string)[],
  columns: Columns,
): Table<Columns> => ({ name, key, columns });

/**
 * Inserts the rows that are new and changes those that differ, in one statement with one parameter per column.
 * Rows that are there already, as they are, are not touched: a repeated import writes nothing.
 * A key may stand among `rows` once only.
 * @returns how many rows were inserted or changed
 */
export async function upsert<T extends Table>(
  db: Pool | PoolClient,
  { name, columns, key }: T,
  rows: readonly RowOf<T>[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const names = Object.keys(columns);
  const arrays = Object.values(columns).map(
    (type, i) => `$${i + 1}::${type.replace(/^enum /, '').replace('?', '')}[]`,
  );
  const rest = names.filter((column) => !key.includes(column));
  const list = (columnNames: readonly string[], prefix = '') =>
    columnNames.map((column) => `${prefix}"${column}"`).join(', ');
  const change =
    rest.length === 0
      ? 'DO NOTHING'
      : `DO UPDATE SET ${rest.map((column) => `"${column}" = EXCLUDED."${column}"`).join(', ')}
         WHERE (${list(rest, 't.')}) IS DISTINCT FROM (${list(rest, 'EXCLUDED.')})`;

  const { rowCount } = await db.query({
    name: `upsert-${name}`,
    text: `INSERT INTO "${name}" AS t (${list(names)}) SELECT * FROM unnest(${arrays.join(', ')})
           ON CONFLICT (${list(key)}) ${change}`,
    values: names.map((column) => rows.map((row) => row[column])),
  });
  return rowCount ?? 0;
}
