import { badInput } from '@meridian/kernel/errors';
import { newId } from '@meridian/kernel/ids';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { Point } from '../geo/distance.rules.ts';
import type { QuoteRow } from './quote.loaders.ts';
import { fareOf, quoteLifetimeMs, rideClasses, routeOf, whyOutOfRange } from './quote.rules.ts';

/** Long after a quote has expired its rider is still told so, rather than that there was none. */
const keptMs = 24 * 60 * 60 * 1000;

/**
 * One quote for each class, cheapest first; kept, so that the ride costs what was quoted.
 * @throws BAD_USER_INPUT when the places are too near to or too far from each other
 */
export async function quoteRides(
  { db, now }: Pick<Context, 'db' | 'now'>,
  viewer: Viewer,
  pickup: Point,
  dropoff: Point,
): Promise<QuoteRow[]> {
  const route = routeOf(pickup, dropoff);
  const because = whyOutOfRange(route);
  if (because) throw badInput(because, 'dropoff');

  const at = now().getTime();
  const quotes = rideClasses.map((rideClass): QuoteRow => {
    const { amountMinor, currency } = fareOf(rideClass, route);
    return {
      id: newId('quote'),
      riderId: viewer.id,
      rideClass,
      pickupLatitude: pickup.latitude,
      pickupLongitude: pickup.longitude,
      dropoffLatitude: dropoff.latitude,
      dropoffLongitude: dropoff.longitude,
      ...route,
      totalMinor: amountMinor,
      currency,
      expiresAt: new Date(at + quoteLifetimeMs),
    };
  });
  await db.$transaction([
    db.rideQuote.deleteMany({ where: { riderId: viewer.id, expiresAt: { lt: new Date(at - keptMs) } } }),
    db.rideQuote.createMany({ data: quotes }),
  ]);
  return quotes.toSorted((a, b) => Number(a.totalMinor - b.totalMinor));
}
