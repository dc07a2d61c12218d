import { idFromName } from '@meridian/kernel/ids';

/** The same thing has the same id in every run and every subgraph: nothing needs to be looked up. */
export const tripIds = {
  rider: (number: number): string => idFromName('user', `trips:rider:${number}`),
  driverUser: (number: number): string => idFromName('user', `trips:driver:${number}`),
  driver: (number: number): string => idFromName('driver', `trips:${number}`),
  /** Of the whole trip, so that a key used twice makes two rides and a repeated row makes one. */
  ride: (content: string): string => idFromName('ride', `trips:${content}`),
};
