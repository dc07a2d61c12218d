import { stockCommandScope } from '@meridian/contracts/catalog';
import { listOf } from '@meridian/kernel/arguments';
import { money } from '@meridian/kernel/money';
import { requireScope } from '@meridian/kernel/viewer';
import type { Resolvers } from '../generated/graphql.ts';
import { returnStock } from './return-stock.ts';
import { takeStock } from './take-stock.ts';

const mostLines = 100;

/** Commands for other subgraphs; clients never see them. */
export const stockResolvers = {
  Query: {
    variantsForCart: async (_, { ids }, context) => {
      requireScope(context, stockCommandScope);
      const variants = await context.loaders.variant.loadMany(listOf('ids', ids, mostLines));
      return variants.flatMap((variant) => {
        if (variant instanceof Error) throw variant;
        return variant ?? [];
      });
    },
  },
  Mutation: {
    takeStock: async (_, { input }, context) => {
      requireScope(context, stockCommandScope);
      listOf(
        'lines',
        input.lines.map(({ variantId }) => variantId),
        mostLines,
      );
      const { lines, refusals } = await takeStock(context, input);
      const amount = (price: { amountMinor: number; currency: string }) =>
        money(BigInt(price.amountMinor), price.currency);
      return {
        lines: lines.map((line) => ({ ...line, unitPrice: amount(line.unitPrice) })),
        refusals: refusals.map((refusal) => ({
          ...refusal,
          currentPrice: refusal.currentPrice && amount(refusal.currentPrice),
        })),
      };
    },
    returnStock: (_, { orderId }, context) => {
      requireScope(context, stockCommandScope);
      return returnStock(context, orderId);
    },
  },
} satisfies Resolvers;
