import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { UserErrorData } from './user-errors.ts';
import type { Viewer } from './viewer.ts';

/** What a use case decides: ids of what it made or changed, and refusals. Plain JSON, no rows. */
export type Outcome = { userErrors: UserErrorData[] };

export type Once<Result extends Outcome> = (Result | Outcome) & { replayed: boolean };

/** What idempotency needs of a subgraph's Prisma transaction; a bare client is refused. */
export type IdempotencyTx = {
  $connect?: never;
  idempotencyKey: {
    createMany(args: { data: KeyRow[]; skipDuplicates: true }): Promise<{ count: number }>;
    findUniqueOrThrow(args: { where: KeyId }): Promise<{ requestHash: string; outcome: unknown }>;
    update(args: { where: KeyId; data: { outcome: object } }): Promise<unknown>;
  };
};
type KeyId = { viewerId_key: { viewerId: string; key: string } };
type KeyRow = { viewerId: string; key: string; requestHash: string };

/**
 * Runs a use case at most once per viewer and key. The key is written first, in the transaction of the effect:
 * a twin that runs at the same time waits on it, a crash takes both back. The same key and input get the first
 * outcome again; the same key with another input is refused with `IDEMPOTENCY_MISMATCH`.
 */
export async function once<Result extends Outcome>(
  tx: IdempotencyTx,
  viewer: Viewer,
  { operation, input }: { operation: string; input: { idempotencyKey: string } },
  run: () => Promise<Result>,
): Promise<Once<Result>> {
  const { idempotencyKey, ...body } = input;
  const id = { viewerId: viewer.id, key: idempotencyKey };
  const requestHash = createHash('sha256')
    .update(`${operation}\n${canonical(body)}`)
    .digest('base64url');

  const { count } = await tx.idempotencyKey.createMany({
    data: [{ ...id, requestHash }],
    skipDuplicates: true,
  });
  if (count === 0) {
    const first = await tx.idempotencyKey.findUniqueOrThrow({ where: { viewerId_key: id } });
    if (first.requestHash !== requestHash) return { userErrors: [mismatch], replayed: false };
    return { ...(first.outcome as Result), replayed: true };
  }
  const outcome = await run();
  await tx.idempotencyKey.update({ where: { viewerId_key: id }, data: { outcome } });
  return { ...outcome, replayed: false };
}

const mismatch: UserErrorData = {
  __typename: 'InvalidInputError',
  code: 'IDEMPOTENCY_MISMATCH',
  message: 'This idempotency key was used before with another input; use a new key for a new request',
  path: ['idempotencyKey'],
};

/** JSON with sorted keys and without undefined or null members, so that equal inputs are equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value instanceof Date || value === null || typeof value !== 'object')
    return String(JSON.stringify(value));
  const members = Object.entries(value)
    .filter(([, member]) => member != null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/** Rows that one statement deletes at most. */
const trimBatch = 1_000;

/**
 * Forgets keys older than so many hours: a retry that comes later than that is a new request. Ends early when stopped.
 */
export async function trimIdempotencyKeys(
  pool: Pool,
  hours: number,
  isStopped: () => boolean = () => false,
): Promise<void> {
  for (let count: number | null = trimBatch; count === trimBatch && !isStopped(); )
    ({ rowCount: count } = await pool.query(
      `DELETE FROM idempotency_keys WHERE (viewer_id, key) IN (
         SELECT viewer_id, key FROM idempotency_keys WHERE created_at < now() - $1 * interval '1 hour'
         ORDER BY created_at LIMIT ${trimBatch} FOR UPDATE SKIP LOCKED
       )`,
      [hours],
    ));
}
