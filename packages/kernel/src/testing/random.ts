/*
 * For tests that hold two ways of executing against each other: everything random follows from a seed.
 */
export type Random = { below(limit: number): number; chance(percent: number): boolean };

/** mulberry32 */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, chance: (percent) => below(100) < percent };
}

/**
 * Decisions of up to a thousand from a tape: zeros, which a short tape runs out into, give what comes first and no chance,
 * so that shrinking the tape makes what is drawn simpler.
 */
export function randomOf(tape: readonly number[]): Random {
  let at = 0;
  const next = () => tape[at++] ?? 0;
  return { below: (limit) => next() % limit, chance: (percent) => next() % 100 >= 100 - percent };
}

/** FNV-1a */
export const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
};

export const pick = <Item>(random: Random, items: readonly Item[]): Item | undefined =>
  items[random.below(items.length)];

/** Texts that custom scalars take and give. Those that are missing here give errors, which is a case too. */
export const samples: Readonly<Record<string, unknown>> = {
  CountryCode: 'DE',
  Currency: 'EUR',
  DateTime: '2026-01-02T03:04:05.000Z',
  EmailAddress: 'ada@example.org',
  Latitude: 47.5,
  Longitude: 8.5,
  NonNegativeInt: 3,
  PhoneNumber: '+4930123456',
  PositiveInt: 4,
  SafeInt: 12_345,
  URL: 'https://example.org/',
  UUID: '9d6f4a1e-3c5b-4f7a-8e2d-1b0c9a8f7e6d',
  Int: 7,
  Float: 1.5,
  String: 'text',
  ID: 'id-1',
  Boolean: true,
  JSON: { some: ['json'] },
  _Any: { __typename: 'Nothing' },
};
