/** The database cannot be made ready. The message says what to do and may be printed as it is: no secret is in it. */
export class DatabaseSetupError extends Error {
  override name = 'DatabaseSetupError';
}

/** The system's code of a failed call (`EACCES`) or Postgres' SQLSTATE (`28P01`). */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
