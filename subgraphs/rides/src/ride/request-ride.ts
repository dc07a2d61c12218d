import { type Once, once } from '@meridian/kernel/idempotency';
import { newId } from '@meridian/kernel/ids';
import { unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import { lockNearestDriver } from '../driver/lock-nearest-driver.ts';
import type { RequestRideInput } from '../generated/graphql.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { askForOrder } from '../order/ask-for-order.ts';
import { whyNotDeliverable } from '../order/order.rules.ts';
import type { QuoteRow } from '../quote/quote.loaders.ts';
import { forgetRide } from '../rows.ts';
import { noDrivers, rideInProgress, whyExpired } from './request.rules.ts';
import type { RideOutcome } from './ride.outcome.ts';
import { tellStep } from './tell-step.ts';

/**
 * A quote becomes a ride of the nearest free driver, told as `ride.status-changed.v1`.
 * @throws SUBGRAPH_UNAVAILABLE when orders does not say whose order it is
 */
export async function requestRide(
  context: Pick<Context, 'db' | 'rows' | 'orders' | 'correlationId' | 'now'>,
  viewer: Viewer,
  input: RequestRideInput,
): Promise<Once<Omit<RideOutcome, 'replayed'>>> {
  const { db, rows, now } = context;
  const orderId = input.orderId ?? null;
  // Asked before the transaction: nothing is locked while another program takes its time.
  const order = orderId === null ? null : await askForOrder(context, orderId);

  let taken: { rideId: string; driverId: string } | null = null;
  const outcome = await db.$transaction((tx) =>
    once(tx, viewer, { operation: 'requestRide', input }, async () => {
      const quote = await tx.rideQuote.findUnique({ where: { id: input.quoteId, riderId: viewer.id } });
      if (!quote) return { userErrors: [unknownEntity(`There is no quote ${input.quoteId}`, 'quoteId')] };
      const because =
        whyExpired(quote, now()) ??
        (orderId === null ? null : whyNotDeliverable(order, orderId, viewer.id)) ??
        (await rideInTheWay(tx, viewer, orderId));
      if (because) return { userErrors: [because] };

      const driverId = await lockNearestDriver(tx, { ...quote, pickup: pickupOf(quote) });
      if (!driverId) return { userErrors: [noDrivers(quote.rideClass)] };
      const ride = rideOf(quote, { driverId, orderId, requestedAt: now() });
      // A twin that was faster is waited for here, by the unique indexes, and then found in the way.
      const { count } = await tx.ride.createMany({ data: [ride], skipDuplicates: true });
      if (count === 0) {
        const inTheWay = await rideInTheWay(tx, viewer, orderId);
        if (!inTheWay) throw new Error(`Driver ${driverId} is free and has a ride under way`);
        return { userErrors: [inTheWay] };
      }
      await tx.driver.update({ where: { id: driverId }, data: { status: 'ON_RIDE' } });
      await tellStep(tx, ride, { from: null, actorId: viewer.id, at: ride.requestedAt });
      taken = { rideId: ride.id, driverId };
      return { rideId: ride.id, userErrors: [] };
    }),
  );
  if (taken) await forgetRide(rows, taken);
  return outcome;
}

/** Why this person, or this order, has to wait: a ride that is there already; null when there is none. */
async function rideInTheWay(tx: Prisma.TransactionClient, { id: riderId }: Viewer, orderId: string | null) {
  const ride = await tx.ride.findFirst({
    where:
      orderId === null
        ? { riderId, orderId, completedAt: null, cancelledAt: null }
        : { orderId, cancelledAt: null },
    select: { id: true },
  });
  return ride && rideInProgress(ride.id, orderId);
}

const pickupOf = ({ pickupLatitude, pickupLongitude }: QuoteRow) => ({
  latitude: pickupLatitude,
  longitude: pickupLongitude,
});

type Assignment = { driverId: string; orderId: string | null; requestedAt: Date };

/** The ride that a quote promised, at its price. */
function rideOf(quote: QuoteRow, assignment: Assignment) {
  const { id: _, expiresAt: _expiresAt, durationSeconds: _durationSeconds, totalMinor, ...route } = quote;
  return {
    ...route,
    ...assignment,
    id: newId('ride'),
    status: 'ACCEPTED' as const,
    version: 1,
    fareMinor: totalMinor,
  };
}
