import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { generatePrismaClient } from './prisma-client.ts';
import { generateResolverTypes } from './resolver-types.ts';

/**
 * Writes the generated code of every subgraph below `root`, where its source changed since the last time.
 * @returns what was written, such as `catalog: Prisma client`
 * @throws with all that went wrong, not only the first of it
 */
export async function generateAll(root: string): Promise<string[]> {
  const folder = path.join(root, 'subgraphs');
  const jobs = readdirSync(folder).flatMap((name) => {
    const subgraph = path.join(folder, name);
    return [
      { source: 'prisma/schema.prisma', what: `${name}: Prisma client`, run: generatePrismaClient },
      { source: 'schema.graphql', what: `${name}: resolver types`, run: generateResolverTypes },
    ]
      .filter(({ source }) => existsSync(path.join(subgraph, source)))
      .map(async ({ what, run }) => ((await run(subgraph)) ? [what] : []));
  });
  const outcomes = await Promise.allSettled(jobs);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length > 0)
    throw new Error(
      failures.map((reason) => (reason instanceof Error ? reason.message : reason)).join('\n\n'),
    );
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
}
