import { z } from 'zod';
import { contract } from './contract.ts';

/** Somebody joined or left an organisation, or may do something else for it. */
export const organisationMembersChanged = contract('organisation.members-changed.v1', {
  organisationId: z.string(),
  userId: z.string(),
});

/** A profile changed. Which fields, not to what: events carry no personal data. */
export const userUpdated = contract('user.updated.v1', {
  userId: z.string(),
  changed: z.array(z.enum(['displayName', 'avatarUrl', 'phone'])),
});
