import { badInput } from '@meridian/kernel/errors';
import type { Pool } from 'pg';
import type { QuerySalesByMonthArgs } from '../generated/graphql.ts';

export type SalesMonthRow = { month: string; orders: number; revenueMinor: bigint; currency: string };

/** @throws BAD_USER_INPUT unless `from` lies before `to` */
export async function salesByMonth(pool: Pool, args: QuerySalesByMonthArgs): Promise<SalesMonthRow[]> {
  const [from, to] = [new Date(args.from), new Date(args.to)];
  if (from >= to) throw badInput('`from` must lie before `to`', 'from');
  const { rows } = await pool.query<SalesMonthRow>({
    name: 'sales-by-month',
    text: `
      SELECT to_char(placed_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*)::int AS orders,
        sum(total_minor)::bigint AS "revenueMinor", currency
      FROM orders
      WHERE placed_at >= $1 AND placed_at < $2 AND currency = $3 AND status IN ('CONFIRMED', 'DELIVERED')
      GROUP BY 1, currency
      ORDER BY 1`,
    values: [from, to, args.currency],
  });
  return rows;
}
