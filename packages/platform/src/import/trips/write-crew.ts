import { upsert } from '@meridian/kernel/bulk';
import { tables as rides } from '@meridian/rides/tables';
import { tables as users } from '@meridian/users/tables';
import type { Pools } from '../dataset.ts';
import { crew } from './crew.rules.ts';
import type { TripsSurvey } from './survey.ts';
import { tripIds } from './trip-ids.ts';

const models = ['Ford Crown Victoria', 'Toyota Camry Hybrid', 'Nissan Altima', 'Ford Escape Hybrid'];
const xlModels = ['Toyota Sienna', 'Nissan NV200'];

/** What people may have changed since an earlier import. */
const theirs = ['display_name', 'avatar_url', 'email', 'phone', 'roles'] as const;

/** Accounts of the drivers and riders who are in the file, and the drivers' cars. @returns rows changed */
export async function writeCrew(pools: Pools, { drivers, riders, since }: TripsSurvey): Promise<number> {
  const account = (id: string, displayName: string, role: 'DRIVER' | 'CUSTOMER') => ({
    id,
    display_name: displayName,
    avatar_url: null,
    email: null,
    phone: null,
    roles: [role],
    created_at: since,
  });
  const accounts = [
    ...[...drivers].map((n) => account(tripIds.driverUser(n), `Driver ${n + 1}`, 'DRIVER')),
    ...[...riders].map((n) => account(tripIds.rider(n), `Rider ${n + 1}`, 'CUSTOMER')),
  ];
  const inUsers = await upsert(pools.users, users.users, accounts, { keep: theirs });
  const inRides = await upsert(
    pools.rides,
    rides.drivers,
    [...drivers].map((n) => {
      const xl = n < crew.xlDrivers;
      return {
        id: tripIds.driver(n),
        user_id: tripIds.driverUser(n),
        status: 'OFFLINE',
        plate: `NYC-${String(n + 1).padStart(4, '0')}`,
        model: pick(xl ? xlModels : models, n),
        class: xl ? 'XL' : 'ECONOMY',
        capacity: xl ? 6 : 4,
        created_at: since,
      };
    }),
    // They may have come online since.
    { keep: ['status'] },
  );
  return inUsers + inRides;
}

const pick = (names: readonly string[], n: number): string => names[n % names.length] ?? '';
