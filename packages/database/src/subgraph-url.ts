import { createHmac } from 'node:crypto';
import { DatabaseSetupError } from './setup-error.ts';

/** The login role of a subgraph; Postgres keeps roles per server, so the name carries the product's. */
export const roleOf = (subgraph: string): string => `meridian_${subgraph}`;

/**
 * The login URL of a subgraph's own role, derived from the administrator's: same server, database and options, role
 * `meridian_<subgraph>`, password HMAC-SHA256(secret, role). Every process derives the same without talking.
 * @param secret the administrator's password unless given
 * @throws DatabaseSetupError when there is neither.
 */
export function subgraphUrl(adminUrl: string, subgraph: string, secret?: string): string {
  const url = new URL(adminUrl);
  const key = secret ?? decodeURIComponent(url.password);
  if (!key)
    throw new DatabaseSetupError(
      `DATABASE_URL has no password to derive those of the subgraphs' roles from. Set ${subgraph.toUpperCase()}_DATABASE_URL.`,
    );
  url.username = roleOf(subgraph);
  url.password = createHmac('sha256', key).update(url.username).digest('hex');
  return url.href;
}

/** The same login on another database of the server. */
export function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

export const databaseOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));
