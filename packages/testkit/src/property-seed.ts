import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { config } from './config.ts';

const sources = path.join(import.meta.dirname, '../../../router/src');

/**
 * Where the choices of a random test begin: at `PROPERTY_SEED`, else at what the sources of the router and the name of the
 * test come to. So the same code is tried in the same way wherever that is, and every change of it in another.
 * @returns a number of 31 bits
 */
export function propertySeed(what: string): number {
  if (config.PROPERTY_SEED !== undefined) return config.PROPERTY_SEED;
  const hash = createHash('sha256').update(what);
  for (const file of readdirSync(sources, { recursive: true, encoding: 'utf8' }).sort())
    if (file.endsWith('.ts')) hash.update(file).update(readFileSync(path.join(sources, file)));
  return hash.digest().readUInt32LE() >>> 1;
}
