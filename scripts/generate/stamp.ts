import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The generator itself is an input too: what it writes changes when it does. */
const ownFiles = readdirSync(import.meta.dirname).map((name) => `${import.meta.dirname}/${name}`);

/** A hash of all that the outcome depends on. A file that is absent counts as absent. */
export function fingerprint(files: readonly string[], versions: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(versions));
  for (const file of [...files, ...ownFiles])
    hash.update(existsSync(file) ? readFileSync(file) : '').update('\0');
  return hash.digest('hex');
}

/** Runs `generate` unless it ran to its end on the same inputs before; true when it ran. */
export async function unlessStamped(
  stampFile: string,
  stamp: string,
  generate: () => Promise<void>,
): Promise<boolean> {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  await generate();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  return true;
}
