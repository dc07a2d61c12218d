import type { Prisma } from '../generated/prisma/client.ts';

/** Reads a ride and keeps others from changing it until the transaction ends; null when there is none. */
export async function lockRide(tx: Prisma.TransactionClient, id: string) {
  await tx.$queryRaw`SELECT FROM rides WHERE id = ${id} FOR NO KEY UPDATE`;
  const ride = await tx.ride.findUnique({ where: { id }, include: { driver: { select: { userId: true } } } });
  return ride && { ...ride, driverUserId: ride.driver.userId };
}
