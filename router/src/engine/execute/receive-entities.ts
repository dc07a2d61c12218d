import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLFormattedError } from 'graphql';
import { type Answer, malformed, type SubgraphError } from './answer.ts';
import type { Batch } from './batch.ts';
import { compileErrorKeys, compileOutput } from './call.ts';
import type { PlanCompiler } from './compile-plan.ts';
import { commonPath, compileFetchPath } from './fetch-path.ts';
import { type Data, isData } from './own.ts';
import { mostErrors, type ResponsePath, type Run } from './run.ts';

/** Takes over what came for a batch: merges entities into their objects, and puts errors where these are. */
export function compileReceiveEntities(
  node: FetchNode,
  path: readonly (string | number)[],
  { types, merge, realName }: PlanCompiler,
) {
  const { locate } = compileFetchPath(path, types);
  const rewriteOutput = compileOutput(node, types);
  const errorKey = compileErrorKeys(node, realName);

  return (run: Run, { targets }: Batch, answer: Answer): void => {
    const { entities, errors } = entitiesOf(answer, targets.length, node.serviceName);
    if (errors.length > 0) {
      const paths = pathsByObject(run);
      const placesOf = (alike: readonly Data[]) => alike.flatMap((target) => paths.get(target) ?? []);
      let common: ResponsePath | undefined;
      const failed = new Set<number | undefined>();
      for (const error of errors) {
        const index = indexOf(error, targets.length);
        const alike = index === undefined ? undefined : targets[index];
        failed.add(index);
        if (run.errors.length >= mostErrors) continue;
        // An error about one entity is an error wherever that entity is; any other is put at what all of them share.
        if (alike) {
          const within = error.path?.slice(2).map(errorKey) ?? [];
          for (const place of placesOf(alike)) run.errors.push(placed(error, [...place, ...within]));
        } else {
          common ??= commonPath(placesOf(targets.flat()));
          run.errors.push(placed(error, common));
        }
      }
      for (const [index, alike] of targets.entries())
        if (!isData(entities[index]) && (failed.has(undefined) || failed.has(index)))
          for (const target of alike) run.bereft.add(target);
    }
    for (const [index, entity] of entities.entries()) {
      if (!isData(entity)) continue;
      const alike = targets[index] ?? [];
      // Rewrites depend on the type, which the plan does not always ask for again.
      const typename = alike[0]?.['__typename'];
      if (rewriteOutput && entity['__typename'] === undefined && typename !== undefined)
        entity['__typename'] = typename;
      rewriteOutput?.(entity);
      for (const [at, target] of alike.entries()) merge(target, entity, at < alike.length - 1);
    }
  };

  function pathsByObject(run: Run): Map<Data, ResponsePath[]> {
    const paths = new Map<Data, ResponsePath[]>();
    for (const { object, path } of locate(run.data)) {
      const known = paths.get(object);
      if (known) known.push(path);
      else paths.set(object, [path]);
    }
    return paths;
  }
}

const placed = ({ message, extensions }: SubgraphError, path: ResponsePath): GraphQLFormattedError => ({
  message,
  ...(path.length > 0 && { path }),
  extensions,
});

/** Which representation an error is about, when it says so. */
function indexOf({ path }: SubgraphError, count: number): number | undefined {
  const [field, index] = path ?? [];
  return field === '_entities' && typeof index === 'number' && index >= 0 && index < count
    ? index
    : undefined;
}

/** One entry for each representation; none when the subgraph did not give a list of that length. */
function entitiesOf(
  { data, errors }: Answer,
  count: number,
  subgraph: string,
): { entities: readonly unknown[]; errors: readonly SubgraphError[] } {
  const entities = data?.['_entities'];
  if (Array.isArray(entities) && entities.length === count) return { entities, errors };
  if (errors.length > 0 && (entities === undefined || entities === null)) return { entities: [], errors };
  const what = Array.isArray(entities)
    ? `${entities.length} entities where ${count} were asked for`
    : 'no list of entities';
  return { entities: [], errors: malformed(subgraph, what, errors).errors };
}
