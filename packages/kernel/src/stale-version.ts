import type { UserErrorData } from './user-errors.ts';

export type StaleVersion = UserErrorData<'StaleVersionError', 'STALE_VERSION'> & { currentVersion: number };

/** Why a change based on version `expected` cannot be made; null when it can, or when nothing is expected. */
export function whyStale(current: number, expected: number | null | undefined): StaleVersion | null {
  if (expected == null || expected === current) return null;
  const message = `It is at version ${current}, not ${expected}; read it again and decide anew`;
  return {
    __typename: 'StaleVersionError',
    code: 'STALE_VERSION',
    message,
    path: ['expectedVersion'],
    currentVersion: current,
  };
}
