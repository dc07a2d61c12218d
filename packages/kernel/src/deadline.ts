import { AppError } from './errors.ts';

/** When the caller stops waiting, in milliseconds since the epoch. */
export const deadlineHeader = 'x-deadline';

/** Clocks of machines differ; work is refused only when it is late by more than they do. */
const clockSkewMs = 1_000;

/** When a caller stops waiting, in milliseconds since the epoch: never if it does not say. */
export const deadlineOf = (sent: string | undefined): number =>
  sent !== undefined && /^\d{1,15}$/.test(sent) ? Number(sent) : Number.POSITIVE_INFINITY;

/** For the beginning of work: what does not say a time is not limited. @throws DEADLINE_EXCEEDED */
export function refuseWhenLate(deadline: string | undefined): void {
  if (Date.now() > deadlineOf(deadline) + clockSkewMs)
    throw new AppError('DEADLINE_EXCEEDED', 'The caller has stopped waiting for this');
}
