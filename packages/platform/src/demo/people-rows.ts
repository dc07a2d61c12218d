import type { RowOf } from '@meridian/kernel/bulk';
import type { tables } from '@meridian/users/tables';
import type { Person } from './people.ts';
import { demoCustomer, demoDriver, demoOrganisation, demoPartner } from './viewers.ts';

export const personRows = (people: readonly Person[]): RowOf<typeof tables.users>[] =>
  people.map(({ id, displayName, email, phone, roles, createdAt }) => ({
    id,
    display_name: displayName,
    avatar_url: null,
    email,
    phone,
    roles,
    created_at: createdAt,
  }));

export const organisationRows = (now: Date): RowOf<typeof tables.organisations>[] => [
  { id: demoOrganisation.id, name: demoOrganisation.name, created_at: now },
];

/** The partner manages the organisation; what the demo customer and the demo driver do is what it hears of. */
export const memberRows = (now: Date): RowOf<typeof tables.organisationMembers>[] =>
  [demoPartner, demoCustomer, demoDriver].map(({ userId }) => ({
    user_id: userId,
    organisation_id: demoOrganisation.id,
    role: userId === demoPartner.userId ? 'ADMIN' : 'MEMBER',
    created_at: now,
  }));
