import { type Once, once } from '@meridian/kernel/idempotency';
import { whyStale } from '@meridian/kernel/stale-version';
import { invalidInput, unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { AdvanceRideInput } from '../generated/graphql.ts';
import { forgetRide } from '../rows.ts';
import { lockRide } from './lock-ride.ts';
import { moveRide } from './move-ride.ts';
import type { RideOutcome } from './ride.outcome.ts';
import { type Party, partyOf, whyNotTransition } from './ride.rules.ts';

type Step = Omit<AdvanceRideInput, 'expectedVersion'> & { expectedVersion?: number };

const longestReason = 500;

/** A party takes a ride of its own a step on, told as `ride.status-changed.v1`. `operation` names the mutation. */
export async function takeStep(
  { db, rows, now }: Pick<Context, 'db' | 'rows' | 'now'>,
  viewer: Viewer,
  as: Party,
  operation: string,
  input: Step,
): Promise<Once<Omit<RideOutcome, 'replayed'>>> {
  const { rideId, to, expectedVersion } = input;
  let moved: { rideId: string; driverId: string } | null = null;
  const outcome = await db.$transaction((tx) =>
    once(tx, viewer, { operation, input }, async () => {
      const ride = await lockRide(tx, rideId);
      if (!ride || partyOf(viewer, ride) !== as)
        return { userErrors: [unknownEntity(`You have no ride ${rideId}`, 'rideId')] };
      const reason = input.reason?.trim() || null;
      const because =
        whyStale(ride.version, expectedVersion) ??
        whyNotTransition(ride.status, to, as) ??
        whyNotReason(reason);
      if (because) return { rideId, userErrors: [because] };

      await moveRide(tx, ride, { to, actorId: viewer.id, reason, at: now() });
      moved = { rideId, driverId: ride.driverId };
      return { rideId, userErrors: [] };
    }),
  );
  if (moved) await forgetRide(rows, moved);
  return outcome;
}

const whyNotReason = (reason: string | null) =>
  reason && reason.length > longestReason
    ? invalidInput(`A reason has ${longestReason} characters at most`, 'reason')
    : null;
