import { upsert } from '@meridian/kernel/bulk';
import { newId } from '@meridian/kernel/ids';
import type { Viewer } from '@meridian/kernel/viewer';
import { viewer } from '@meridian/testkit/viewers';
import type { Pool } from 'pg';
import { tables } from '../tables.ts';

/** Somebody with an account and these scopes. */
export async function newUser(pool: Pool, scopes: readonly string[] = []): Promise<Viewer> {
  const id = newId('user');
  await upsert(pool, tables.users, [
    {
      id,
      display_name: 'Somebody',
      avatar_url: null,
      email: null,
      phone: null,
      roles: ['PARTNER'],
      created_at: new Date('2026-01-01T00:00:00Z'),
    },
  ]);
  return viewer(id, scopes);
}

export type TestOrganisation = { id: string; admin: Viewer; member: Viewer };

/** An organisation with an admin and a member, who may listen to events. */
export async function newOrganisation(pool: Pool): Promise<TestOrganisation> {
  const id = newId('org');
  const [admin, member] = [await newUser(pool, ['partner:events']), await newUser(pool, ['partner:events'])];
  const since = new Date('2026-01-01T00:00:00Z');
  await upsert(pool, tables.organisations, [{ id, name: 'Tramuntana', created_at: since }]);
  await upsert(pool, tables.organisationMembers, [
    { user_id: admin.id, organisation_id: id, role: 'ADMIN', created_at: since },
    { user_id: member.id, organisation_id: id, role: 'MEMBER', created_at: since },
  ]);
  return { id, admin, member };
}
