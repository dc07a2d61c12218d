import { idFromName } from '@meridian/kernel/ids';

/** The same thing has the same id in every run and every subgraph: nothing needs to be looked up. */
export const retailIds = {
  category: idFromName('category', 'retail'),
  user: (account: string): string => idFromName('user', `retail:${account}`),
  product: (sku: string): string => idFromName('product', `retail:${sku}`),
  variant: (sku: string): string => idFromName('variant', `retail:${sku}`),
  order: (invoice: string): string => idFromName('order', `retail:${invoice}`),
};
