import { z } from 'zod';
import { contract } from './contract.ts';

/** A profile changed. Which fields, not to what: events carry no personal data. */
export const userUpdated = contract('user.updated.v1', {
  userId: z.string(),
  changed: z.array(z.enum(['displayName', 'avatarUrl', 'phone'])),
});
