import path from 'node:path';
import { generateAll } from './generate/generate-all.ts';

const root = path.resolve(import.meta.dirname, '..');

/** What composition says of the schemas names file, line and column, which the generators do not. */
async function explain(error: unknown): Promise<unknown> {
  const { composeFromConfig } = await import('@meridian/router/supergraph/compose');
  return composeFromConfig(path.join(root, 'supergraph.yaml')).then(
    () => error,
    (problem: unknown) => problem,
  );
}

/** `catalog: Prisma client` and `catalog: resolver types` are both of `catalog`. */
const subgraphsOf = (written: readonly string[]): string =>
  [...new Set(written.map((what) => what.split(':', 1)[0]))].join(', ');

/** Prisma clients and resolver types of all subgraphs; nothing where nothing changed. */
try {
  const written = await generateAll(root);
  if (written.length > 0)
    process.stdout.write(`Generated code from the schemas of ${subgraphsOf(written)}.\n`);
} catch (error) {
  const reason = await explain(error);
  process.stderr.write(`${reason instanceof Error ? reason.message : reason}\n`);
  process.exitCode = 1;
}
