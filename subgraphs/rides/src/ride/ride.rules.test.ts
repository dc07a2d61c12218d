import { type RideStatus, rideStatus } from '@meridian/contracts/rides';
import { expect, test } from 'vitest';
import {
  allowedTransitions,
  isCancelled,
  isOver,
  maySeeRide,
  type Party,
  partyOf,
  whyNotTransition,
} from './ride.rules.ts';

const statuses = rideStatus.options;
const viewer = (id: string, ...scopes: string[]) => ({ id, scopes: new Set(scopes) });
const ride = { riderId: 'user_rider', driverUserId: 'user_driver' };

test('each party has its own ways on, and there are no others', () => {
  const ways = (party: Party) => statuses.map((from) => allowedTransitions(from, party).join(' '));
  expect(ways('DRIVER')).toEqual([
    'ARRIVED CANCELLED_BY_DRIVER',
    'IN_PROGRESS CANCELLED_BY_DRIVER',
    'COMPLETED',
    '',
    '',
    '',
    '',
  ]);
  expect(ways('RIDER')).toEqual(['CANCELLED_BY_RIDER', 'CANCELLED_BY_RIDER', '', '', '', '', '']);
  expect(ways('SYSTEM')).toEqual([
    'CANCELLED_BY_SYSTEM',
    'CANCELLED_BY_SYSTEM',
    'CANCELLED_BY_SYSTEM',
    '',
    '',
    '',
    '',
  ]);
  expect(allowedTransitions('ACCEPTED', null)).toEqual([]);
});

test('every way is either allowed or refused with the ways that are', () => {
  for (const party of ['RIDER', 'DRIVER', 'SYSTEM'] as const)
    for (const from of statuses)
      for (const to of statuses) {
        const allowed = allowedTransitions(from, party);
        const because = whyNotTransition(from, to, party);
        if (allowed.includes(to)) expect(because).toBeNull();
        else expect(because).toMatchObject({ code: 'INVALID_TRANSITION', from, allowed, path: ['to'] });
      }
});

test('every ride can end, and at the end nothing follows', () => {
  const reachable = (from: RideStatus, seen = new Set<RideStatus>()): Set<RideStatus> => {
    for (const party of ['RIDER', 'DRIVER', 'SYSTEM'] as const)
      for (const to of allowedTransitions(from, party)) if (!seen.has(to)) reachable(to, seen.add(to));
    return seen;
  };
  expect([...reachable('ACCEPTED'), 'ACCEPTED'].toSorted()).toEqual(statuses.toSorted());
  for (const status of statuses) expect(isOver(status)).toBe(status === 'COMPLETED' || isCancelled(status));
});

test('who has a part in a ride, and who may see it', () => {
  expect(partyOf(viewer('user_rider'), ride)).toBe('RIDER');
  expect(partyOf(viewer('user_driver', 'driver'), ride)).toBe('DRIVER');
  expect(partyOf(viewer('user_other'), ride)).toBeNull();
  expect(partyOf(null, ride)).toBeNull();
  expect(maySeeRide(viewer('user_rider'), ride)).toBe(true);
  expect(maySeeRide(viewer('user_other', 'rides:read'), ride)).toBe(true);
  expect(maySeeRide(viewer('user_other', 'driver', 'fleet:read'), ride)).toBe(false);
  expect(maySeeRide(null, ride)).toBe(false);
});
