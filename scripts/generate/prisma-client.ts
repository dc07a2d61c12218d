import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { fingerprint, unlessStamped } from './stamp.ts';

const require = createRequire(import.meta.url);
const cli = path.join(path.dirname(require.resolve('prisma/package.json')), 'build/index.js');

/** Writes the Prisma client of a subgraph into `src/generated/prisma`. @throws with what Prisma says of the schema */
export function generatePrismaClient(subgraph: string): Promise<boolean> {
  const schema = path.join(subgraph, 'prisma/schema.prisma');
  const output = path.join(subgraph, 'src/generated/prisma');
  const stamp = fingerprint([schema], [require('prisma/package.json').version]);
  return unlessStamped(`${output}.stamp`, stamp, async () => {
    rmSync(output, { recursive: true, force: true });
    await promisify(execFile)(process.execPath, [cli, 'generate', '--no-hints'], {
      cwd: subgraph,
      env: {
        ...process.env,
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        // Generating needs no schema engine, yet the CLI would download one first: any file that exists will do.
        PRISMA_SCHEMA_ENGINE_BINARY: process.env['PRISMA_SCHEMA_ENGINE_BINARY'] || process.execPath,
      },
    }).catch((error: unknown) => {
      throw new Error(`${schema}: no client could be generated.\n${outputOf(error)}`, { cause: error });
    });
  });
}

function outputOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'stderr' in error && error.stderr ? String(error.stderr).trim() : error.message;
}
