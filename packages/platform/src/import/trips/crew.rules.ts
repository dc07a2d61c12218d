import { createHash } from 'node:crypto';
import type { Trip } from './judge-trip.rules.ts';

/** A driver whom the file does not name. Numbers below `xlDrivers` drive the big cars. */
export const crew = { drivers: 150, xlDrivers: 30, riders: 2_000 };

/** Who drove and who rode: the same for a key in every run. */
export function peopleOf({ key, rideClass }: Pick<Trip, 'key' | 'rideClass'>): {
  driver: number;
  rider: number;
} {
  const { drivers, xlDrivers, riders } = crew;
  const hash = createHash('sha256').update(`trip\n${key}`).digest();
  const draw = hash.readUInt32BE(0);
  return {
    driver: rideClass === 'XL' ? draw % xlDrivers : xlDrivers + (draw % (drivers - xlDrivers)),
    rider: hash.readUInt32BE(4) % riders,
  };
}
