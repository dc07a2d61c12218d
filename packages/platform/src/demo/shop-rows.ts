import type { tables } from '@meridian/catalog/tables';
import type { RowOf } from '@meridian/kernel/bulk';
import type { Review } from './reviews.ts';
import type { Category, Product } from './shop.ts';

type Rows<Name extends keyof typeof tables> = RowOf<(typeof tables)[Name]>[];

export const categoryRows = (categories: readonly Category[]): Rows<'categories'> =>
  categories.map(({ id, slug, name, parentId, position }) => ({
    id,
    slug,
    name,
    parent_id: parentId,
    position,
  }));

export const productRows = (products: readonly Product[]): Rows<'products'> =>
  products.map(({ id, slug, name, description, categoryId, createdAt }) => ({
    id,
    slug,
    name,
    description,
    category_id: categoryId,
    created_at: createdAt,
  }));

export const variantRows = (products: readonly Product[]): Rows<'variants'> =>
  products.flatMap(({ variants }) =>
    variants.map(({ id, productId, sku, name, priceMinor, weightGrams, onHand }) => ({
      id,
      product_id: productId,
      sku,
      name,
      price_minor: priceMinor,
      currency: 'EUR',
      weight_grams: weightGrams,
      on_hand: onHand,
    })),
  );

export const reviewRows = (reviews: readonly Review[]): Rows<'reviews'> =>
  reviews.map(({ id, productId, authorId, rating, body, createdAt }) => ({
    id,
    product_id: productId,
    author_id: authorId,
    rating,
    body,
    created_at: createdAt,
  }));
