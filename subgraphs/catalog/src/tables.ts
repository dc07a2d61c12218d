import { table } from '@meridian/kernel/bulk';

/** What imports and demo data fill, parents first. Filled past the use cases: nothing is told to subscribers. */
export const tables = {
  categories: table('categories', ['id'], {
    id: 'text',
    slug: 'text',
    name: 'text',
    parent_id: 'text?',
    position: 'int',
  }),
  products: table('products', ['id'], {
    id: 'text',
    slug: 'text',
    name: 'text',
    description: 'text?',
    category_id: 'text',
    created_at: 'timestamptz',
  }),
  variants: table('product_variants', ['id'], {
    id: 'text',
    product_id: 'text',
    sku: 'text',
    name: 'text',
    price_minor: 'bigint',
    currency: 'text',
    weight_grams: 'int?',
    on_hand: 'int',
  }),
  reviews: table('reviews', ['id'], {
    id: 'text',
    product_id: 'text',
    author_id: 'text',
    rating: 'int',
    body: 'text?',
    created_at: 'timestamptz',
  }),
};
