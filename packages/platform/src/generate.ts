import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StartError } from './data-folder.ts';
import { fromRoot } from './root.ts';

/**
 * Brings Prisma clients and resolver types up to date, in a process of its own: the generators are development
 * dependencies and need memory that a server should not keep.
 * @throws StartError with what is wrong in a schema
 */
export async function generateAll(tell: (line: string) => void = () => {}): Promise<void> {
  const program = [...process.execArgv, fromRoot('scripts/generate.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, program).catch(
    (error: { stderr?: string }) => {
      throw new StartError(error.stderr?.trim() || String(error));
    },
  );
  for (const line of stdout.split('\n').filter(Boolean)) tell(line);
}
