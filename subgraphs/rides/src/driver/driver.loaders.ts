import type { CachedRows } from '@meridian/kernel/cache';
import { batchRead, rowLoader } from '@meridian/kernel/loaders';
import type { Pool } from 'pg';
import type { DriverModel } from '../generated/prisma/models.ts';

export type DriverRow = DriverModel;

const columns = `id, user_id AS "userId", status, plate, model, class AS "rideClass", capacity, created_at AS "createdAt"`;

const byId = `SELECT ${columns} FROM drivers WHERE id = ANY($1)`;
const byUser = `SELECT ${columns} FROM drivers WHERE user_id = ANY($1)`;

export const driverLoaders = (pool: Pool, cache: CachedRows<DriverRow>) => ({
  driver: rowLoader(batchRead<DriverRow>(pool, 'driver-by-id', byId), ({ id }) => id, cache),
  driverOfUser: rowLoader(batchRead<DriverRow>(pool, 'driver-by-user', byUser), ({ userId }) => userId),
});
