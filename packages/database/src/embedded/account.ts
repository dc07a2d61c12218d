import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSetupError } from '../setup-error.ts';

/** The user that the server runs as; undefined: the user we are. */
export type Account = { uid: number; gid: number } | undefined;

/** `nobody` and its group on every Linux. */
const nobody = { uid: 65534, gid: 65534 };

/**
 * Postgres refuses to run as root, so root runs it as the owner of the existing cluster, or as nobody.
 * @throws DatabaseSetupError when the cluster belongs to someone whom we cannot act for.
 */
export function serverAccount(cluster: string): Account {
  const me = process.getuid?.();
  if (me === undefined) return undefined;
  const owner = existsSync(cluster) ? statSync(cluster) : undefined;
  if (me !== 0) {
    if (owner && owner.uid !== me)
      throw new DatabaseSetupError(
        `The database in ${dirname(cluster)} belongs to another user (uid ${owner.uid}), perhaps because it was ` +
          'first started with sudo. Start as that user, or remove the folder to begin with an empty database.',
      );
    return undefined;
  }
  if (owner?.uid === 0)
    throw new DatabaseSetupError(
      `The database in ${cluster} belongs to root, and Postgres refuses to run as root. ` +
        `Give it to another user: chown -R ${nobody.uid}:${nobody.gid} '${cluster}'`,
    );
  return owner ? { uid: owner.uid, gid: owner.gid } : nobody;
}

/** Whether that user may enter every folder on the way to the file at `path`, and read it. */
export function canReach(path: string, account: Account): boolean {
  if (!account) return true;
  const { mode, uid, gid } = statSync(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  const needed = statSync(path).isDirectory() ? 0o1 : 0o4;
  const parent = dirname(path);
  return ((mode >> shift) & needed) === needed && (parent === path || canReach(parent, account));
}
