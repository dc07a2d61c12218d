type Zone = 'home' | 'union' | 'europe' | 'world';

const home = new Set(['DE']);
const union = new Set(
  'AT BE BG CY CZ DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);
const europe = new Set('AD AL BA CH GB GI IS LI MC MD ME MK NO RS SM UA VA XK'.split(' '));

/** Up to so many grams, what a parcel costs to each zone, in cents. The last step is the heaviest parcel of the carrier. */
const steps: readonly ({ grams: number } & Record<Zone, number>)[] = [
  { grams: 500, home: 390, union: 690, europe: 990, world: 1490 },
  { grams: 2_000, home: 490, union: 990, europe: 1490, world: 2490 },
  { grams: 5_000, home: 690, union: 1490, europe: 2190, world: 3990 },
  { grams: 10_000, home: 990, union: 1990, europe: 2990, world: 5990 },
  { grams: 31_500, home: 1690, union: 2990, europe: 4490, world: 9990 },
];

/**
 * What it costs to send one thing of that weight (grams, with packaging) to a country (ISO 3166-1 alpha-2).
 * Null when it is heavier than a parcel may be.
 */
export function shippingCost(
  weightGrams: number,
  country: string,
): { amountMinor: bigint; currency: string } | null {
  const step = steps.find(({ grams }) => weightGrams <= grams);
  return step ? { amountMinor: BigInt(step[zoneOf(country)]), currency: 'EUR' } : null;
}

function zoneOf(country: string): Zone {
  if (home.has(country)) return 'home';
  if (union.has(country)) return 'union';
  return europe.has(country) ? 'europe' : 'world';
}
