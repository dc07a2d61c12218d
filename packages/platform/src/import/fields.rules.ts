/**
 * Minor units of a decimal text such as `2.5` (250 with two digits), exactly.
 * @returns null for what is no decimal number, `'finer'` for a number that has no whole minor units
 */
export function minorUnits(text: string, digits: number): bigint | 'finer' | null {
  const parts = decimalParts(text, digits);
  if (!parts) return null;
  return /[1-9]/.test(parts.beyond) ? 'finer' : parts.minor;
}

/** The same, rounded half away from zero; `rounded` says whether anything was cut off. Null for what is no decimal number. */
export function nearestMinorUnits(text: string, digits: number): { minor: bigint; rounded: boolean } | null {
  const parts = decimalParts(text, digits);
  if (!parts) return null;
  const up = /^[5-9]/.test(parts.beyond) ? 1n : 0n;
  return { minor: parts.minor + (text.startsWith('-') ? -up : up), rounded: /[1-9]/.test(parts.beyond) };
}

function decimalParts(text: string, digits: number): { minor: bigint; beyond: string } | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,20}))?$/.exec(text);
  if (!match) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const minor = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return { minor: sign ? -minor : minor, beyond: fraction.slice(digits) };
}

/** A whole number that fits a Postgres `integer`; null for any other text. */
export function wholeNumber(text: string): number | null {
  if (!/^-?\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return Math.abs(value) < 2 ** 31 ? value : null;
}

/** A plain decimal number, such as a latitude; null for any other text. */
export const decimalNumber = (text: string): number | null =>
  /^-?\d{1,9}(\.\d{1,20})?$/.test(text) ? Number(text) : null;

/**
 * `2010-12-01 08:26:00`, with or without ` UTC` behind it, read as UTC; null for any other text and for days that no
 * calendar has.
 */
export function utcInstant(text: string): Date | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: UTC)?$/.exec(text);
  if (!match) return null;
  const iso = `${match[1]}T${match[2]}.000Z`;
  const instant = new Date(iso);
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === iso ? instant : null;
}
