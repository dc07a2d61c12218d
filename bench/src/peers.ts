import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../peers/hive');

/** Packages that only a peer needs. They are not Meridian's: who never runs a benchmark never installs them. */
export const peerModules: string = path.join(folder, 'node_modules');

/** Installs Hive Gateway from its own lockfile, once. @throws when npm cannot */
export function installPeers(): void {
  if (existsSync(path.join(peerModules, '.package-lock.json'))) return;
  process.stderr.write('Installing Hive Gateway to compare with (once) …\n');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    throw new Error('Hive Gateway could not be installed; leave it out by --with, or see the lines above.');
}
