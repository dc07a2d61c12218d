import { priceChanged, stockChanged } from '@meridian/contracts/catalog';
import { listOf } from '@meridian/kernel/arguments';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';
import { loadExisting } from '@meridian/kernel/loaders';
import { money } from '@meridian/kernel/money';
import { requireScope } from '@meridian/kernel/viewer';
import type { Resolvers } from '../generated/graphql.ts';
import { adjustStock } from './adjust-stock.ts';
import { setPrice } from './set-price.ts';

const mostVariants = 100;
const variantsOf = (ids: readonly string[]) => listOf('variantIds', ids, mostVariants);
const amount = ({ amountMinor, currency }: { amountMinor: number; currency: string }) =>
  money(BigInt(amountMinor), currency);

/** What is in a cart: prices, stock, and their changes. */
export const variantResolvers = {
  Mutation: {
    setPrice: (_, { input }, context) => setPrice(context, requireScope(context, 'catalog:write'), input),
    adjustStock: (_, { input }, context) =>
      adjustStock(context, requireScope(context, 'inventory:write'), input),
  },
  Subscription: {
    priceChanged: {
      subscribe: (_, { variantIds, after }, { events }) =>
        events.stream({ types: [priceChanged.type], keys: variantsOf(variantIds), after }),
      resolve: (event: LoggedEvent) => event,
    },
    inventoryChanged: {
      subscribe: (_, { variantIds, after }, { events }) =>
        events.stream({ types: [stockChanged.type], keys: variantsOf(variantIds), after }),
      resolve: (event: LoggedEvent) => event,
    },
  },
  ProductVariant: {
    __resolveReference: (key, { loaders }) =>
      'id' in key ? loaders.variant.load(key.id) : loaders.variantBySku.load(key.sku),
    product: ({ productId }, _, { loaders }) => loadExisting(loaders.product, productId),
    price: ({ priceMinor, currency }) => money(priceMinor, currency),
    inStock: ({ onHand }) => onHand > 0,
    availableQuantity: ({ onHand }) => onHand,
  },
  VariantPayload: {
    // Another mutation of the same operation may have changed it since it was loaded.
    variant: ({ variantId }, _, { loaders }) =>
      variantId ? loaders.variant.clear(variantId).load(variantId) : null,
  },
  InsufficientStockError: {
    variant: ({ variantId }, _, { loaders }) => loadExisting(loaders.variant, variantId),
  },
  PriceChange: {
    variant: ({ key }, _, { loaders }) => loaders.variant.load(key),
    previous: (event) => amount(priceChanged.read(event).previous),
    current: (event) => amount(priceChanged.read(event).current),
    priceVersion: (event) => priceChanged.read(event).priceVersion,
  },
  InventoryChange: {
    variant: ({ key }, _, { loaders }) => loaders.variant.load(key),
    inStock: (event) => stockChanged.read(event).available > 0,
    available: (event) => stockChanged.read(event).available,
    stockVersion: (event) => stockChanged.read(event).stockVersion,
  },
} satisfies Resolvers;
