import type { RideStatus } from '@meridian/contracts/rides';
import type { Outcome } from '@meridian/kernel/idempotency';
import type { UserErrorData } from '@meridian/kernel/user-errors';

/** What became of a request to make or change a ride. */
export type RideOutcome = Outcome & { rideId?: string; replayed: boolean };

export type QuoteExpired = UserErrorData<'QuoteExpiredError', 'QUOTE_EXPIRED'> & { expiredAt: string };

export type NoDrivers = UserErrorData<'NoDriversError', 'NO_DRIVERS'>;

export type RideInProgress = UserErrorData<'RideInProgressError', 'RIDE_IN_PROGRESS'> & { rideId: string };

export type InvalidTransition = UserErrorData<'InvalidTransitionError', 'INVALID_TRANSITION'> & {
  from: RideStatus;
  allowed: RideStatus[];
};
