import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { config } from './config.ts';

/** The path of a program of the system, or undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  const candidates = config.PATH.split(delimiter).map((folder) => join(folder, name));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
