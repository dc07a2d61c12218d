import { money } from '@meridian/kernel/money';
import { requireScope } from '@meridian/kernel/viewer';
import { readScope } from '../buyer/buyer.rules.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { salesByMonth } from './sales-by-month.ts';

/** Figures for those who sell. */
export const salesResolvers = {
  Query: {
    salesByMonth: (_, args, context) => {
      requireScope(context, readScope);
      return salesByMonth(context.pool, args);
    },
  },
  SalesMonth: {
    revenue: ({ revenueMinor, currency }) => money(revenueMinor, currency),
  },
} satisfies Resolvers;
