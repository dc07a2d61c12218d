import type pg from 'pg';
import { messageOf } from './setup-error.ts';

export type MissingExtension = { name: string; reason: string };

/** Made in `public`, where every schema finds them. All are "trusted": the owner of a database may create them. */
const extensions = ['pg_trgm', 'btree_gist', 'pgcrypto', 'citext'];

/** Creates what our schemas may build on, and returns what this server lacks or does not let us create. */
export async function createExtensions(client: pg.Client): Promise<MissingExtension[]> {
  const missing: MissingExtension[] = [];
  for (const name of extensions) {
    await client
      .query(`CREATE EXTENSION IF NOT EXISTS ${name} SCHEMA public`)
      .catch((error: unknown) => missing.push({ name, reason: messageOf(error) }));
  }
  return missing;
}
