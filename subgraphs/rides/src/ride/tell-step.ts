import { type RideStatus, rideStatusChanged } from '@meridian/contracts/rides';
import { publish } from '@meridian/kernel/outbox';
import type { Prisma } from '../generated/prisma/client.ts';

type RideNow = {
  id: string;
  riderId: string;
  driverId: string;
  orderId: string | null;
  status: RideStatus;
  version: number;
};
type Step = { from: RideStatus | null; actorId: string | null; at: Date };

/** Writes the step that led to this ride's status into its timeline and into the outbox. */
export async function tellStep(
  tx: Prisma.TransactionClient,
  ride: RideNow,
  { from, actorId, at }: Step,
): Promise<void> {
  const { id: rideId, riderId, driverId, orderId, status: to, version } = ride;
  await tx.rideEvent.create({ data: { rideId, version, from, to, actorId, at } });
  const { userId: driverUserId } = await tx.driver.findUniqueOrThrow({
    where: { id: driverId },
    select: { userId: true },
  });
  await publish(
    tx,
    rideStatusChanged.of(rideId, { rideId, riderId, driverId, driverUserId, orderId, from, to, version }),
  );
}
