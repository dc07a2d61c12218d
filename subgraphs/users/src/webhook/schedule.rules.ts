const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The pauses after each failed attempt, as the Standard Webhooks specification proposes: about three days in all. */
const pauses = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** How often an event is tried before it is given up. */
export const mostAttempts = pauses.length + 1;

/** An endpoint is disabled when it has failed for so long without a success in between, in milliseconds. */
export const disableAfterMs = 5 * day;

/** How long deliveries that came to an end stay in the log, in milliseconds. */
export const keepDeliveriesMs = 7 * day;

/**
 * How long nobody else tries a delivery that somebody has taken, in milliseconds: longer than an attempt may last, so that
 * only those of a process that died are tried again.
 */
export const leaseMs = minute;

/**
 * When to try again after the attempt of this number, counted from 1, failed at `now`; null when it was the last.
 * A pause is up to a fifth longer than the table says, so that what failed together does not come back together. It is as
 * long as the receiver asked for where that is longer, never shorter: attempts are few.
 * @param random from 0 to 1
 */
export function nextAttempt(
  attempts: number,
  now: Date,
  { random, peaceMs = 0 }: { random: number; peaceMs?: number | undefined },
): Date | null {
  const pause = pauses[attempts - 1];
  return pause === undefined ? null : new Date(now.getTime() + Math.max(pause, peaceMs) * (1 + random / 5));
}

/** Whether an endpoint that has failed since then has failed for too long. */
export const hasFailedTooLong = (failingSince: Date, now: Date): boolean =>
  now.getTime() - failingSince.getTime() >= disableAfterMs;
