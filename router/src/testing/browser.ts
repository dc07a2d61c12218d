import { spawnSync } from 'node:child_process';

/** A Chromium on the PATH, or undefined. */
export function findChromium(): string | undefined {
  const search = 'command -v chromium || command -v chromium-browser || command -v google-chrome';
  return spawnSync('sh', ['-c', search], { encoding: 'utf8' }).stdout.trim() || undefined;
}
