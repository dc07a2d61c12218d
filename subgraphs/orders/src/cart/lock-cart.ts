import { newId } from '@meridian/kernel/ids';
import type { Prisma } from '../generated/prisma/client.ts';

/**
 * The buyer's cart, made where there is none yet, and kept from changing until the transaction ends. A transaction that
 * needs the cart and an idempotency key takes the cart first: two in another order could wait for each other.
 */
export async function lockCart(
  tx: Prisma.TransactionClient,
  ownerId: string,
  now: Date,
): Promise<{ id: string }> {
  await tx.cart.createMany({
    data: [{ id: newId('cart'), ownerId, createdAt: now }],
    skipDuplicates: true,
  });
  await tx.$queryRaw`SELECT FROM carts WHERE owner_id = ${ownerId} FOR UPDATE`;
  return tx.cart.findUniqueOrThrow({ where: { ownerId } });
}
