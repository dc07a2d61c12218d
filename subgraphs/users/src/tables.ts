import { table } from '@meridian/kernel/bulk';

/** What imports and demo data fill, parents first. Filled past the use cases: nothing is told to subscribers. */
export const tables = {
  users: table('users', ['id'], {
    id: 'text',
    display_name: 'text',
    avatar_url: 'text?',
    email: 'text?',
    phone: 'text?',
    roles: 'enums role',
    created_at: 'timestamptz',
  }),
  organisations: table('organisations', ['id'], { id: 'text', name: 'text', created_at: 'timestamptz' }),
  organisationMembers: table('organisation_members', ['user_id'], {
    user_id: 'text',
    organisation_id: 'text',
    role: 'enum organisation_role',
    created_at: 'timestamptz',
  }),
};
