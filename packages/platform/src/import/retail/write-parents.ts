import { tables as catalog } from '@meridian/catalog/tables';
import { upsert } from '@meridian/kernel/bulk';
import { tables as users } from '@meridian/users/tables';
import type { Pools } from '../dataset.ts';
import { inTransaction } from '../transaction.ts';
import { slugOf } from './description.rules.ts';
import { retailIds } from './retail-ids.ts';
import { nameOf, type RetailSurvey } from './survey.ts';

/** The file says nothing of stock: a product begins with this many, and later imports leave its stock alone. */
const openingStock = 1_000;

/** What people may have changed since an earlier import. */
const theirs = ['display_name', 'avatar_url', 'email', 'phone', 'roles'] as const;

/** Accounts to users, products to the catalog: one product with one variant per stock code. @returns rows changed */
export async function writeParents(
  { users: usersPool, catalog: catalogPool }: Pools,
  survey: RetailSurvey,
): Promise<number> {
  const accounts = [...survey.accounts].map(([account, firstSeen]) => ({
    id: retailIds.user(account),
    display_name: displayName(account),
    avatar_url: null,
    email: null,
    phone: null,
    roles: ['CUSTOMER'],
    created_at: firstSeen,
  }));
  const products = [...survey.products].map(([sku, facts]) => ({ sku, name: nameOf(sku, facts), ...facts }));

  const usersChanged = await inTransaction(usersPool, (client) =>
    upsert(client, users.users, accounts, { keep: theirs }),
  );
  const catalogChanged = await inTransaction(catalogPool, async (client) => {
    const categories = [
      {
        id: retailIds.category,
        slug: 'online-retail',
        name: 'Online Retail',
        parent_id: null,
        position: 1_000,
      },
    ];
    const inCategories = await upsert(client, catalog.categories, categories);
    const inProducts = await upsert(
      client,
      catalog.products,
      products.map(({ sku, name, firstSeen }) => ({
        id: retailIds.product(sku),
        slug: slugOf(name, sku),
        name,
        description: null,
        category_id: retailIds.category,
        created_at: firstSeen,
      })),
    );
    const inVariants = await upsert(
      client,
      catalog.variants,
      products.map(({ sku, price }) => ({
        id: retailIds.variant(sku),
        product_id: retailIds.product(sku),
        sku,
        name: 'Standard',
        price_minor: price.minor,
        currency: 'GBP',
        weight_grams: null,
        on_hand: openingStock,
      })),
      { keep: ['on_hand'] },
    );
    return inCategories + inProducts + inVariants;
  });
  return usersChanged + catalogChanged;
}

/** The file holds no names; `Customer 17850`, `Guest (France)`. */
function displayName(account: string): string {
  const [kind, who] = account.split(':');
  return kind === 'customer' ? `Customer ${who}` : `Guest (${who})`;
}
