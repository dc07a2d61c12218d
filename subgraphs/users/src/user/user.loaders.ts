import type { CachedRows } from '@meridian/kernel/cache';
import { batchRead, rowLoader } from '@meridian/kernel/loaders';
import type { Pool } from 'pg';
import type { UserModel } from '../generated/prisma/models.ts';

export type UserRow = UserModel;

const columns = `id, display_name AS "displayName", avatar_url AS "avatarUrl", email, phone, roles::text[] AS roles,
  created_at AS "createdAt"`;

const byId = `SELECT ${columns} FROM users WHERE id = ANY($1)`;

export const userLoaders = (pool: Pool, cache: CachedRows<UserRow>) => ({
  user: rowLoader(batchRead<UserRow>(pool, 'user-by-id', byId), ({ id }) => id, cache),
});
