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
type Column = keyof ColumnTypes | `${keyof ColumnTypes}?` | `enum ${string}` | `enums ${string}`;
type Value<Kind extends Column> = Kind extends `${infer Base extends keyof ColumnTypes}?`
  ? ColumnTypes[Base] | null
  : Kind extends keyof ColumnTypes
    ? ColumnTypes[Kind]
    : Kind extends `enums ${string}`
      ? readonly string[]
      : Kind extends `${string}?`
        ? string | null
        : string;

/**
 * A table that imports and demo data fill. `key` is its primary or unique key; a type with `?` may be null, `enums role`
 * is an array of the enum `role`.
 */
export type Table<Columns extends Record<string, Column> = Record<string, Column>> = {
  name: string;
  columns: Columns;
  key: readonly string[];
};

export type RowOf<T extends Table> = { [Name in keyof T['columns']]: Value<T['columns'][Name]> };

export const table = <const Columns extends Record<string, Column>>(
  name: string,
  key: readonly (keyof Columns & string)[],
  columns: Columns,
): Table<Columns> => ({ name, key, columns });

type UpsertOptions<T extends Table> = {
  /** Columns that are set when a row is new and left alone when it is there. */
  keep?: readonly (keyof T['columns'] & string)[];
};

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
  { keep = [] }: UpsertOptions<T> = {},
): Promise<number> {
  if (rows.length === 0) return 0;
  const names = Object.keys(columns);
  const kinds = Object.entries(columns).map(([column, kind]) => ({ column, ...parametersOf(kind) }));
  const arrays = kinds.map(({ passedAs }, i) => `$${i + 1}::${passedAs}[]`);
  const values = kinds.map(({ column, cast }) => `r."${column}"${cast}`);
  const changing = names.filter((column) => !key.includes(column) && !keep.includes(column));
  const list = (columnNames: readonly string[], prefix = '') =>
    columnNames.map((column) => `${prefix}"${column}"`).join(', ');
  const change =
    changing.length === 0
      ? 'DO NOTHING'
      : `DO UPDATE SET ${changing.map((column) => `"${column}" = EXCLUDED."${column}"`).join(', ')}
         WHERE (${list(changing, 't.')}) IS DISTINCT FROM (${list(changing, 'EXCLUDED.')})`;

  const { rowCount } = await db.query({
    name: `upsert-${name}${keep.map((column) => `-${column}`).join('')}`,
    text: `INSERT INTO "${name}" AS t (${list(names)})
           SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS r(${list(names)})
           ON CONFLICT (${list(key)}) ${change}`,
    values: names.map((column) => rows.map((row) => passed(row[column]))),
  });
  return rowCount ?? 0;
}

/** Enums travel as text: a driver knows no array of them, and an array of arrays would come apart in `unnest`. */
function parametersOf(kind: Column): { passedAs: string; cast: string } {
  const [shape = '', enumName] = kind.replace('?', '').split(' ');
  if (enumName === undefined) return { passedAs: shape, cast: '' };
  return { passedAs: 'text', cast: shape === 'enums' ? `::"${enumName}"[]` : `::"${enumName}"` };
}

const passed = (value: unknown): unknown => (Array.isArray(value) ? `{${value.join(',')}}` : value);
