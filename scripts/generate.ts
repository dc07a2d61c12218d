import path from 'node:path';
import { generateAll } from './generate/generate-all.ts';

/** Prisma clients and resolver types of all subgraphs; nothing where nothing changed. */
try {
  for (const written of await generateAll(path.resolve(import.meta.dirname, '..')))
    process.stdout.write(`generated ${written}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
