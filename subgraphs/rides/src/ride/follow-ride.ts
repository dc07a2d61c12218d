import { rideStatusChanged } from '@meridian/contracts/rides';
import { notFound } from '@meridian/kernel/errors';
import type { EventStream } from '@meridian/kernel/event-log/event-stream';
import type { Context } from '../context.ts';
import type { RideRow } from './ride.loaders.ts';
import { maySeeRide } from './ride.rules.ts';

/** A ride that this viewer may follow. @throws NOT_FOUND when there is none: others' rides do not exist for them */
export async function requireFollowedRide(
  { viewer, loaders }: Pick<Context, 'viewer' | 'loaders'>,
  rideId: string,
): Promise<RideRow> {
  const ride = await loaders.ride.load(rideId);
  if (!ride || !maySeeRide(viewer, ride)) throw notFound('Ride', rideId);
  return ride;
}

/** The steps of a ride, after a cursor or from now on. @throws NOT_FOUND when there is no such ride for this viewer */
export async function followRide(
  context: Pick<Context, 'viewer' | 'events' | 'loaders'>,
  { rideId, after }: { rideId: string; after?: string | null | undefined },
): Promise<EventStream> {
  await requireFollowedRide(context, rideId);
  return context.events.stream({
    after,
    types: [rideStatusChanged.type],
    keys: [rideId],
  });
}
