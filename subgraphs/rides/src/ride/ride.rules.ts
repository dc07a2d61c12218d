import type { RideStatus } from '@meridian/contracts/rides';
import { hasScope, type Viewer } from '@meridian/kernel/viewer';
import type { InvalidTransition } from './ride.outcome.ts';

/** The part that someone has in a ride. The system is our own programs. */
export type Party = 'RIDER' | 'DRIVER' | 'SYSTEM';

/** At this status, on to that one: who may do it. What is not listed cannot happen. */
const transitions: Record<RideStatus, Partial<Record<RideStatus, Party>>> = {
  ACCEPTED: {
    ARRIVED: 'DRIVER',
    CANCELLED_BY_RIDER: 'RIDER',
    CANCELLED_BY_DRIVER: 'DRIVER',
    CANCELLED_BY_SYSTEM: 'SYSTEM',
  },
  ARRIVED: {
    IN_PROGRESS: 'DRIVER',
    CANCELLED_BY_RIDER: 'RIDER',
    CANCELLED_BY_DRIVER: 'DRIVER',
    CANCELLED_BY_SYSTEM: 'SYSTEM',
  },
  IN_PROGRESS: { COMPLETED: 'DRIVER', CANCELLED_BY_SYSTEM: 'SYSTEM' },
  COMPLETED: {},
  CANCELLED_BY_RIDER: {},
  CANCELLED_BY_DRIVER: {},
  CANCELLED_BY_SYSTEM: {},
};

type Parties = { riderId: string; driverUserId: string };

/** The part that this viewer has in a ride; null when none. */
export function partyOf(viewer: Viewer | null, { riderId, driverUserId }: Parties): Party | null {
  if (viewer?.id === riderId) return 'RIDER';
  return viewer?.id === driverUserId ? 'DRIVER' : null;
}

/** Whether this viewer may see a ride, and follow it. */
export const maySeeRide = (viewer: Viewer | null, ride: Parties): boolean =>
  partyOf(viewer, ride) !== null || hasScope(viewer, 'rides:read');

/** Where this party may take a ride from `status`. */
export const allowedTransitions = (status: RideStatus, party: Party | null): RideStatus[] =>
  (Object.keys(transitions[status]) as RideStatus[]).filter((to) => transitions[status][to] === party);

export const isCancelled = (status: RideStatus): boolean => status.startsWith('CANCELLED');

/** Whether nothing follows: the driver is free again. */
export const isOver = (status: RideStatus): boolean => Object.keys(transitions[status]).length === 0;

/** Why this party cannot take a ride from one status to another; null when it can. */
export function whyNotTransition(from: RideStatus, to: RideStatus, party: Party): InvalidTransition | null {
  const allowed = allowedTransitions(from, party);
  if (allowed.includes(to)) return null;
  const choices =
    allowed.length > 0 ? `you may take it to ${allowed.join(' or ')}` : 'there is nowhere you may take it';
  const message = `The ride is ${from} and cannot become ${to}; ${choices}`;
  return {
    __typename: 'InvalidTransitionError',
    code: 'INVALID_TRANSITION',
    message,
    path: ['to'],
    from,
    allowed,
  };
}
