import type { Prisma } from '../generated/prisma/client.ts';

/** Reads a variant and keeps others from changing it until the transaction ends; null when there is none. */
export async function lockVariant(tx: Prisma.TransactionClient, id: string) {
  await tx.$queryRaw`SELECT FROM product_variants WHERE id = ${id} FOR UPDATE`;
  return tx.productVariant.findUnique({ where: { id } });
}
