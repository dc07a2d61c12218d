const day = 24 * 60 * 60 * 1_000;

/** The longest that a receiver may ask to be left in peace, in milliseconds: as long as the longest pause of ours. */
export const longestPeaceMs = day;

/** As `Sun, 06 Nov 1994 08:49:37 GMT`, which is how HTTP has dates sent. */
const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * For how long from `now` a `Retry-After` header asks to be left in peace, in milliseconds up to a day: it holds seconds or
 * a date (RFC 9110, 10.2.3). Undefined where it is absent, makes no sense or is over.
 */
export function peaceAskedFor(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  const asked = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : httpDate.test(text)
      ? Date.parse(text) - now.getTime()
      : 0;
  return asked > 0 ? Math.min(asked, longestPeaceMs) : undefined;
}
