import { ColumnTypeEnum, type SqlQuery, type SqlResultSet } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const { builtins } = pg.types;

const columnTypes: ReadonlyMap<number, SqlResultSet['columnTypes'][number]> = new Map([
  [builtins.CHAR, ColumnTypeEnum.Character],
  [builtins.BOOL, ColumnTypeEnum.Boolean],
  [builtins.INT2, ColumnTypeEnum.Int32],
  [builtins.INT4, ColumnTypeEnum.Int32],
  [builtins.INT8, ColumnTypeEnum.Int64],
  [builtins.OID, ColumnTypeEnum.Int64],
]);

/**
 * Runs a query on the system catalogs for the schema engine. Some return Postgres' one-byte "char", which Prisma's
 * adapter has no mapping for and refuses.
 */
export async function queryCatalog(pool: pg.Pool, { sql, args }: SqlQuery): Promise<SqlResultSet> {
  const result = await pool.query<SqlResultSet['rows'][number]>({
    text: sql,
    values: args,
    rowMode: 'array',
  });
  return {
    columnNames: result.fields.map((field) => field.name),
    columnTypes: result.fields.map((field, column) => {
      const isList = result.rows.some((row) => Array.isArray(row[column]));
      return columnTypes.get(field.dataTypeID) ?? (isList ? ColumnTypeEnum.TextArray : ColumnTypeEnum.Text);
    }),
    rows: result.rows,
  };
}
