import { organisationMembersChanged, userUpdated } from '@meridian/contracts/users';
import type { Cache } from '@meridian/kernel/cache';
import type { LoggedEvent } from '@meridian/kernel/event-log/log-table';
import type { MembershipRow } from './organisation/organisation.loaders.ts';
import type { UserRow } from './user/user.loaders.ts';

export type Rows = ReturnType<typeof cachedRows>;

/** What users caches, by id. Who may see which field of a row is decided anew each time that it resolves. */
export const cachedRows = (cache: Cache) => ({
  users: cache.rows<UserRow>({ name: 'users:user:1', ttlSeconds: 300 }),
  memberships: cache.rows<MembershipRow>({ name: 'users:membership:1', ttlSeconds: 300 }),
});

/** Forgets what an event made old, before anyone hears of the event. */
export async function invalidateRows(rows: Rows, { type, key }: LoggedEvent): Promise<void> {
  if (type === userUpdated.type) await rows.users.invalidate([key]);
  if (type === organisationMembersChanged.type) await rows.memberships.invalidate([key]);
}
