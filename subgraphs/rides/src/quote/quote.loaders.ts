import { batchRead, rowLoader } from '@meridian/kernel/loaders';
import type { Pool } from 'pg';
import type { RideQuoteModel } from '../generated/prisma/models.ts';

export type QuoteRow = RideQuoteModel;

const byId = `
  SELECT id, rider_id AS "riderId", class AS "rideClass",
    pickup_latitude AS "pickupLatitude", pickup_longitude AS "pickupLongitude",
    dropoff_latitude AS "dropoffLatitude", dropoff_longitude AS "dropoffLongitude",
    distance_meters AS "distanceMeters", duration_seconds AS "durationSeconds",
    total_minor AS "totalMinor", currency, expires_at AS "expiresAt"
  FROM ride_quotes WHERE id = ANY($1)`;

export const quoteLoaders = (pool: Pool) => ({
  quote: rowLoader(batchRead<QuoteRow>(pool, 'quote-by-id', byId), ({ id }) => id),
});
