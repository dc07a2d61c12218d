import { rideStatusChanged } from '@meridian/contracts/rides';
import type { Context } from '../context.ts';
import { requireFollowedRide } from '../ride/follow-ride.ts';
import { isOver } from '../ride/ride.rules.ts';
import type { PositionRow } from './position.loaders.ts';
import { locationTopic } from './report-locations.ts';

/**
 * Where the driver of a ride is, from now on until the ride is over.
 * @throws NOT_FOUND when there is no such ride for this viewer
 */
export async function followDriver(
  context: Pick<Context, 'viewer' | 'events' | 'live' | 'loaders'>,
  rideId: string,
): Promise<AsyncIterableIterator<PositionRow>> {
  const { events, live } = context;
  // Listens for the end before it looks whether the end has come, so that it cannot come in between.
  const end = await events.stream({
    types: [rideStatusChanged.type],
    keys: [rideId],
    accept: (event) => isOver(rideStatusChanged.read(event).to),
  });
  const positions = live.stream<PositionRow>(locationTopic(rideId));
  const stop = async () => {
    await Promise.all([end.return?.(), positions.return?.()]);
  };

  const ride = await requireFollowedRide(context, rideId).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (isOver(ride.status)) await stop();
  else end.next().then(stop, stop);

  const stream: AsyncIterableIterator<PositionRow> = {
    [Symbol.asyncIterator]: () => stream,
    next: () => positions.next(),
    async return() {
      await stop();
      return { done: true, value: undefined };
    },
  };
  return stream;
}
