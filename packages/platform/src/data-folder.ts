import { randomBytes } from 'node:crypto';
import { access, constants, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A start that cannot go on, with a message for the person who started it. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Where one machine keeps its database, keys and secrets: `.data/` unless `DATA_DIR` says otherwise. */
export type DataFolder = {
  path: string;
  /** The text of a private file, made once. */
  secret(name: string, make?: () => Promise<string> | string): Promise<string>;
};

/** @throws StartError when the folder cannot be made or written */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const root = path.resolve(folder);
  try {
    await mkdir(root, { recursive: true, mode: 0o755 });
    await access(root, constants.W_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The data folder ${root} cannot be written (${reason}).\nSet DATA_DIR to a folder that can.`,
    );
  }
  return { path: root, secret: (name, make = newSecret) => privateFile(path.join(root, name), make) };
}

const newSecret = () => randomBytes(32).toString('base64url');

/** Written beside and linked into place: a killed start leaves no half file, and of two starts at once both read the first one's. */
async function privateFile(file: string, make: () => Promise<string> | string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known) return known;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, await make(), { mode: 0o600 });
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return readFile(file, 'utf8');
}
