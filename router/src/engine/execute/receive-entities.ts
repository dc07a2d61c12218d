import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLFormattedError } from 'graphql';
import { type Answer, malformed, type SubgraphError } from './answer.ts';
import { compileErrorKeys, compileOutput } from './call.ts';
import type { PlanCompiler } from './compile-plan.ts';
import type { Batch } from './entity-list.ts';
import { commonPath, compileFetchPath } from './fetch-path.ts';
import type { DropForeign } from './foreign-fields.ts';
import { copyOf } from './merge.ts';
import { type Data, isData } from './own.ts';
import type { Rewrite } from './rewrites.ts';
import { mostErrors, note, type ResponsePath, type Run } from './run.ts';

/**
 * Takes over what came for a batch: merges entities into their objects, and puts errors where these are.
 * @param dropForeign for entities that are rewritten; others are rid of foreign fields already
 */
export function compileReceiveEntities(
  node: FetchNode,
  path: readonly (string | number)[],
  { types, merge }: PlanCompiler,
  dropForeign: DropForeign | undefined,
) {
  const { locate } = compileFetchPath(path, types);
  const rewriteOutput = compileOutput(node, types);
  const errorKey = compileErrorKeys(node);

  return (run: Run, batch: Batch, answer: Answer): void => {
    const { list, objects, places } = batch;
    const { entities, errors } = entitiesOf(answer, list.representations.length, node.serviceName);
    const misfits: number[] = [];
    for (let at = 0; at < objects.length; at++) {
      const object = objects[at] as Data;
      const place = places[at] as number;
      const entity = entities[place];
      // The last that it is for may keep it: nobody else will read it.
      const left = (list.wanted[place] ?? 0) - 1;
      list.wanted[place] = left;
      if (!isData(entity)) {
        if (entity === null) note(run.strangers, object, node.serviceName);
        else if (entity !== undefined) misfits.push(place);
        continue;
      }
      if (rewriteOutput) {
        const own = rewritten(entity, object, rewriteOutput);
        dropForeign?.(own, object['__typename']);
        merge(object, own);
      } else merge(object, entity, left > 0);
    }
    const told = misfits.length > 0 ? [...errors, ...Array.from(new Set(misfits), noEntity)] : errors;
    if (told.length > 0) tell(run, batch, entities, told);
  };

  function noEntity(place: number): SubgraphError {
    const [error] = malformed(node.serviceName, 'an entity that is no object').errors;
    return { ...(error as SubgraphError), path: ['_entities', place] };
  }

  /** Puts errors where their entities are, and notes who got nothing because of one. */
  function tell(
    run: Run,
    { list, objects, places }: Batch,
    entities: readonly unknown[],
    errors: readonly SubgraphError[],
  ): void {
    const paths = pathsByObject(run);
    const placesOf = (alike: readonly Data[]) => alike.flatMap((object) => paths.get(object) ?? []);
    const byPlace = Map.groupBy(objects, (_, at) => places[at] as number);
    let common: ResponsePath | undefined;
    const failed = new Set<number | undefined>();
    for (const error of errors) {
      const place = placeOf(error, list.representations.length);
      failed.add(place);
      if (run.errors.length >= mostErrors) continue;
      // An error about one entity is an error wherever that entity is; any other is put at what all of them share.
      if (place === undefined) {
        common ??= commonPath(placesOf(objects));
        run.errors.push(placed(error, common));
        continue;
      }
      const within = error.path?.slice(2).map(errorKey) ?? [];
      for (const where of placesOf(byPlace.get(place) ?? []))
        run.errors.push(placed(error, [...where, ...within]));
    }
    for (const [place, alike] of byPlace)
      if (!isData(entities[place]) && (failed.has(undefined) || failed.has(place)))
        for (const object of alike) note(run.bereft, object, node.serviceName);
  }

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

/** An entity as its object is to have it. Rewrites depend on the type, which the plan does not always ask for again. */
function rewritten(entity: Data, { __typename }: Data, rewrite: Rewrite): Data {
  const copy = copyOf(entity) as Data;
  if (copy['__typename'] === undefined && __typename !== undefined) copy['__typename'] = __typename;
  rewrite(copy);
  return copy;
}

/** The place of the entity that an error is about, when it says so. */
function placeOf({ path }: SubgraphError, count: number): number | undefined {
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
