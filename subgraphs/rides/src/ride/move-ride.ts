import type { RideStatus } from '@meridian/contracts/rides';
import type { Prisma } from '../generated/prisma/client.ts';
import { isCancelled, isOver } from './ride.rules.ts';
import { tellStep } from './tell-step.ts';

type Move = { to: RideStatus; actorId: string | null; reason: string | null; at: Date };

/** Takes a ride that is locked, and allowed, to another status. At its end the driver is free again. */
export async function moveRide(
  tx: Prisma.TransactionClient,
  { id, status: from }: { id: string; status: RideStatus },
  { to, actorId, reason, at }: Move,
): Promise<void> {
  const ride = await tx.ride.update({
    where: { id },
    data: {
      status: to,
      version: { increment: 1 },
      ...(to === 'COMPLETED' && { completedAt: at }),
      ...(isCancelled(to) && { cancelledAt: at, cancelReason: reason }),
    },
  });
  // Who was suspended or went home meanwhile stays so.
  if (isOver(to))
    await tx.driver.updateMany({
      where: { id: ride.driverId, status: 'ON_RIDE' },
      data: { status: 'AVAILABLE' },
    });
  await tellStep(tx, ride, { from, actorId, at });
}
