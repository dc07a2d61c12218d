import { idFromName } from '@meridian/kernel/ids';
import type { RideClassName } from '@meridian/rides/quote/quote.rules';
import { anyCrossing, type Crossing } from './city.ts';
import { days } from './days.ts';
import { driverUserId } from './people.ts';
import { randomFrom } from './random.ts';
import { demoDriver } from './viewers.ts';

export type Driver = {
  id: string;
  userId: string;
  status: 'AVAILABLE' | 'ON_RIDE' | 'OFFLINE';
  plate: string;
  model: string;
  rideClass: RideClassName;
  capacity: number;
  createdAt: Date;
  /** Where they are, unless they are under way. */
  at: Crossing;
};

export const demoDriverId = idFromName('driver', 'demo:driver');

const vehicles: Record<RideClassName, { capacity: number; models: readonly [string, ...string[]] }> = {
  ECONOMY: { capacity: 4, models: ['Seat León', 'Toyota Prius', 'Renault Zoe', 'Škoda Octavia'] },
  XL: { capacity: 6, models: ['Mercedes-Benz Vito', 'Volkswagen Caddy Maxi'] },
  PREMIUM: { capacity: 4, models: ['Tesla Model S', 'Mercedes-Benz EQE'] },
  COURIER: { capacity: 0, models: ['Riese & Müller Load', 'Urban Arrow Cargo', 'Vespa Elettrica'] },
};
const classes: readonly RideClassName[] = ['ECONOMY', 'COURIER', 'ECONOMY', 'XL', 'COURIER'];

/** The demo driver, then `count` others: of seven, three are on a ride, three are free and one is at home. */
export function drivers(count: number, now: Date): Driver[] {
  const viewer: Driver = {
    id: demoDriverId,
    userId: demoDriver.userId,
    status: 'AVAILABLE',
    plate: '7777 MRD',
    model: vehicles.PREMIUM.models[0],
    rideClass: 'PREMIUM',
    capacity: vehicles.PREMIUM.capacity,
    createdAt: days(now, -500),
    at: { along: 0, up: 0 },
  };
  const others = Array.from({ length: count }, (_, i): Driver => {
    const random = randomFrom(`driver:${i}`);
    const rideClass = classes[i % classes.length] ?? 'ECONOMY';
    return {
      id: idFromName('driver', `demo:${i}`),
      userId: driverUserId(i),
      status: i % 7 < 3 ? 'ON_RIDE' : i % 7 < 6 ? 'AVAILABLE' : 'OFFLINE',
      plate: `${1000 + i * 37} ${['BCD', 'KLM', 'NPR', 'STV'][i % 4]}`,
      model: random.pick(vehicles[rideClass].models),
      rideClass,
      capacity: vehicles[rideClass].capacity,
      createdAt: days(now, -random.int(100, 390)),
      at: anyCrossing(random),
    };
  });
  return [viewer, ...others];
}
