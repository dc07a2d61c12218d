import type { Prisma } from '../generated/prisma/client.ts';

/** Reads a user and keeps others from changing them until the transaction ends; null when there is none. */
export async function lockUser(tx: Prisma.TransactionClient, id: string) {
  await tx.$queryRaw`SELECT FROM users WHERE id = ${id} FOR UPDATE`;
  return tx.user.findUnique({ where: { id } });
}
