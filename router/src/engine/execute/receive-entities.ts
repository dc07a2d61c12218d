import type { FetchNode } from '@apollo/query-planner';
import { type Answer, malformed, type SubgraphError } from './answer.ts';
import type { Batch } from './batch.ts';
import { compileErrorKeys, compileOutput } from './call.ts';
import type { PlanCompiler } from './compile-plan.ts';
import { commonPath, compileFetchPath } from './fetch-path.ts';
import { type Data, isData } from './own.ts';
import type { ResponsePath, Run } from './run.ts';

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
      const failed = new Set<number | undefined>();
      for (const error of errors) {
        const index = indexOf(error, targets.length);
        failed.add(index);
        // One by one: a call takes no hundred thousand arguments.
        for (const where of placed(error, index, targets, paths)) run.errors.push(where);
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

  /** An error about one entity is an error wherever that entity is; any other is put at what all of them share. */
  function placed(
    { message, path, extensions }: SubgraphError,
    index: number | undefined,
    targets: readonly Data[][],
    paths: ReadonlyMap<Data, ResponsePath[]>,
  ) {
    const alike = index === undefined ? targets.flat() : (targets[index] ?? []);
    const places = alike.flatMap((target) => paths.get(target) ?? []);
    const at =
      index === undefined
        ? [commonPath(places)]
        : places.map((place) => [...place, ...(path?.slice(2).map(errorKey) ?? [])]);
    return at.map((where) => ({ message, ...(where.length > 0 ? { path: where } : {}), extensions }));
  }
}

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
