import { children } from './children.ts';
import { clothing } from './clothing.ts';
import { cycling } from './cycling.ts';
import { desk } from './desk.ts';
import { garden } from './garden.ts';
import { home } from './home.ts';
import { kitchen } from './kitchen.ts';
import type { Department } from './shelf.ts';

/** A shop for the home and the way to work, in the order of its departments. */
export const assortment: readonly Department[] = [kitchen, home, clothing, cycling, desk, garden, children];
