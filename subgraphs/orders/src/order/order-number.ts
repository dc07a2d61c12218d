/** Crockford's base 32: no letter that is taken for a digit or for another one when it is read out. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The number that people use: the day in UTC and eight letters, such as `261121-7KQ2M9XT`. It does not tell how much is
 * sold, as a counter would.
 * @param random 8 bytes; 5 bits of each are used, so that 10,000 orders of a day collide once in 60 years
 */
export function orderNumber(at: Date, random: Uint8Array): string {
  const day = at.toISOString().slice(2, 10).replaceAll('-', '');
  const letters = Array.from(random.subarray(0, 8), (byte) => alphabet[byte % alphabet.length]);
  return `${day}-${letters.join('')}`;
}
