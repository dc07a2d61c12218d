import { badInput } from './errors.ts';
import { formatMoney, type Money } from './money.ts';
import type { UserErrorData } from './user-errors.ts';

/** Resolvers of the value types that every subgraph shares word for word, used where its schema declares them. */
export const sharedResolvers = {
  Money: {
    amountMinor: ({ amountMinor }: Money) => Number(amountMinor),
    formatted: (money: Money, { locale }: { locale: string }) => {
      try {
        return formatMoney(money, locale);
      } catch {
        throw badInput(`"${locale}" is not a locale that we know, such as "en" or "de-CH"`, 'locale');
      }
    },
  },
  UserError: { __resolveType: ({ __typename }: UserErrorData) => __typename },
};
