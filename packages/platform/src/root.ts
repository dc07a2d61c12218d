import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = path.resolve(fileURLToPath(import.meta.url), '../../../..');

export const fromRoot = (...parts: string[]): string => path.join(root, ...parts);
