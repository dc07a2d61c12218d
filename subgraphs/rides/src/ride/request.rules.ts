import type { RideClassName } from '../quote/quote.rules.ts';
import type { NoDrivers, QuoteExpired, RideInProgress } from './ride.outcome.ts';

/** Why a quote can no longer be taken up; null when it can. */
export function whyExpired({ expiresAt }: { expiresAt: Date }, now: Date): QuoteExpired | null {
  if (now < expiresAt) return null;
  return {
    __typename: 'QuoteExpiredError',
    code: 'QUOTE_EXPIRED',
    message: 'The quote has expired; ask for new ones',
    path: ['quoteId'],
    expiredAt: expiresAt.toISOString(),
  };
}

/** The refusal while another ride stands in the way. */
export const rideInProgress = (rideId: string, orderId: string | null): RideInProgress => ({
  __typename: 'RideInProgressError',
  code: 'RIDE_IN_PROGRESS',
  message: orderId ? 'This order is being delivered already' : 'You have a ride under way already',
  path: orderId ? ['orderId'] : null,
  rideId,
});

/** The refusal while nobody is free. */
export const noDrivers = (rideClass: RideClassName): NoDrivers => ({
  __typename: 'NoDriversError',
  code: 'NO_DRIVERS',
  message: `No ${rideClass} driver is free nearby; ask again later with a new key, or take another class`,
  path: ['quoteId'],
});
