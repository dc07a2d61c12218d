import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { versions } from '../../versions.ts';
import type { PlannerOptions } from './plan-operation.ts';
import type { PlanRequest } from './planning.ts';

/**
 * The names that plans are shared under: of everything that they depend on, so that nobody is given one that this router
 * would not make itself. Limits are not among it, for they are kept before an operation is planned.
 */
export function planKeys({ supergraphSdl, introspection }: PlannerOptions): (request: PlanRequest) => string {
  const planner = digest([versions(), sourceOfEngine(), supergraphSdl, introspection]);
  return ({ query, operationName, overrides }) =>
    `meridian:plan:${digest([planner, query, operationName ?? null, overrides])}`;
}

const digest = (parts: readonly unknown[]) => hash('sha256', JSON.stringify(parts), 'base64url');

/** A version is not always a new one when the code that plans is: two routers of the same may differ during a deployment. */
function sourceOfEngine(): string {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  return digest(files.sort().map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')]));
}
