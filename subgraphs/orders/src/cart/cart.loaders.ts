import { batchRead, groupLoader, rowLoader } from '@meridian/kernel/loaders';
import type { Pool } from 'pg';
import type { CartLineModel, CartModel } from '../generated/prisma/models.ts';

export type CartRow = CartModel;
export type CartLineRow = CartLineModel;

const columns = `id, owner_id AS "ownerId", created_at AS "createdAt"`;

const byId = `SELECT ${columns} FROM carts WHERE id = ANY($1)`;
const byOwner = `SELECT ${columns} FROM carts WHERE owner_id = ANY($1)`;
const linesByCart = `
  SELECT cart_id AS "cartId", variant_id AS "variantId", sku, product_name AS "productName",
    variant_name AS "variantName", quantity, unit_price_minor AS "unitPriceMinor", currency,
    price_version AS "priceVersion", added_at AS "addedAt"
  FROM cart_lines WHERE cart_id = ANY($1) ORDER BY added_at, variant_id`;

export const cartLoaders = (pool: Pool) => ({
  cart: rowLoader(batchRead<CartRow>(pool, 'cart-by-id', byId), ({ id }) => id),
  cartOfOwner: rowLoader(batchRead<CartRow>(pool, 'cart-by-owner', byOwner), ({ ownerId }) => ownerId),
  linesOfCart: groupLoader(
    batchRead<CartLineRow>(pool, 'lines-of-carts', linesByCart),
    ({ cartId }) => cartId,
  ),
});
