import type { FetchNode } from '@apollo/query-planner';
import { askedAt } from '../plan/asked-fields.ts';
import { malformed, nestedTooDeep } from './answer.ts';
import { type Answered, type Asking, askAlone, askTogether } from './ask-entities.ts';
import { compileCall, compileVariables } from './call.ts';
import type { PlanCompiler } from './compile-plan.ts';
import { type Consumers, consumersOf } from './consumers.ts';
import { compileContexts, type ReadContext } from './contexts.ts';
import { compileEntityInput } from './entity-input.ts';
import { addToBatch } from './entity-list.ts';
import { errorPlaces } from './error-places.ts';
import { compileFetchPath, type Located } from './fetch-path.ts';
import { compileDropForeign, withoutForeign } from './foreign-fields.ts';
import { lastMade } from './last-made.ts';
import { compileTellLost, type NotAsked } from './lost-fields.ts';
import type { Data } from './own.ts';
import { compileReceiveEntities } from './receive-entities.ts';
import type { Run, Step } from './run.ts';
import { spoiledBy } from './spoiled-inputs.ts';
import { compileWanted } from './wanted-fetch.ts';

/** One operation that entities are asked for by. */
type Variant = {
  begin(run: Run, fromContext: Data | undefined): Asking;
  receive(run: Run, answered: Answered): void | Promise<void>;
};

/**
 * A fetch of entities: collects the objects at a path, builds the representation of each, asks once for those that are
 * alike, and merges what comes back into every object that it is for.
 */
export function compileEntityFetch(
  node: FetchNode,
  path: readonly (string | number)[],
  plan: PlanCompiler,
): Step {
  const { collect, locate } = compileFetchPath(path, plan.types);
  const inputOf = compileEntityInput(node, plan);
  const consumers = consumersWhenNeeded(node, plan);
  const variantFor = compileVariants(node, path, plan, consumers);
  const unwantedOf = plan.unwanted(node, path);
  const readContext = compileContexts(node, plan.types);
  const tellLost = compileTellLost(node, plan, { consumers, locate });

  const ask = (run: Run, entities: readonly Data[], spoiled: SpoiledFields, fromContext?: Data) => {
    const asked = new Map<Variant, Asking>();
    const notAsked: NotAsked[] = [];
    for (const entity of entities) {
      const input = inputOf(entity);
      const lacking: NotAsked = {
        entity,
        starved: !input || input.complete ? undefined : consumers().starved(entity),
        spoiled: spoiled?.get(entity),
        unwanted: unwantedOf?.(entity['__typename'], run.variables),
      };
      if (!input || lacking.starved) notAsked.push(lacking);
      const variant = input && variantFor(lacking);
      if (!variant) continue;
      let asking = asked.get(variant);
      if (!asking) {
        asking = variant.begin(run, fromContext);
        asked.set(variant, asking);
      }
      addToBatch(asking.batch, entity, input.placeIn(asking.batch.list, entity));
    }
    if (notAsked.length > 0) tellLost(run, notAsked);
    return Array.from(asked, ([variant, asking]) =>
      asking.send().then((answered) => variant.receive(run, answered)),
    );
  };
  /** Finds the fields that lost their value because an input failed, and says so at their places. */
  const spoil = (run: Run): SpoiledFields => {
    const fields = new Map<Data, readonly string[]>();
    const known = errorPlaces(run.errors);
    for (const located of locate(run.data)) {
      const unwanted = unwantedOf?.(located.object['__typename'], run.variables);
      const asked = consumers()
        .of(located.object)
        .filter(({ key }) => !unwanted?.includes(key));
      const { keys, errors, causes } = spoiledBy(known, located, asked);
      if (keys.length === 0) continue;
      fields.set(located.object, keys);
      run.errors.push(...errors);
      for (const error of errors) run.spoiling.set(error, 'field');
      for (const error of causes) run.spoiling.set(error, { inputBelow: located.path.length });
    }
    return fields;
  };
  const wanted = compileWanted(node);
  return (run) => {
    if (wanted && !wanted(run.variables)) return undefined;
    const spoiled = run.errors.length > 0 ? spoil(run) : undefined;
    const underWay = readContext
      ? byContext(locate(run.data), readContext).flatMap(({ entities, values }) =>
          ask(run, entities, spoiled, values),
        )
      : ask(run, collect(run.data), spoiled);
    return underWay.length === 0 ? undefined : Promise.all(underWay).then(() => {});
  };
}

/** Most fetches have no entity that lacks anything. */
function consumersWhenNeeded(node: FetchNode, plan: PlanCompiler): () => Consumers {
  let consumers: Consumers | undefined;
  return () => {
    consumers ??= consumersOf(node, plan);
    return consumers;
  };
}

/** Fields that are not to be asked for, by entity. */
type SpoiledFields = ReadonlyMap<Data, readonly string[]> | undefined;

/**
 * Ten fields under conditions of their own make a thousand operations, which clients choose from by variables: each kept
 * 5 kB for as long as the query was prepared.
 */
const mostReduced = 100;

/**
 * The operation for an entity: the whole one as a rule. Inputs of a `@requires` may be missing, because the fetch of
 * them failed, or because `@skip` left the field out that they are for: then the rest is asked for. The same goes for
 * what the operation does not want of its type.
 */
function compileVariants(
  node: FetchNode,
  path: readonly (string | number)[],
  plan: PlanCompiler,
  consumers: () => Consumers,
): (lacking: NotAsked) => Variant | undefined {
  const whole = compileVariant(node, path, plan);
  const reduced = lastMade<Variant | undefined>(mostReduced);
  return ({ starved, spoiled, unwanted }) => {
    if (!starved && !unwanted && !spoiled) return whole;
    const left = [...(spoiled ?? []), ...(starved ?? []), ...(unwanted ?? [])];
    if (left.length === 0) return whole;
    return reduced(left.join(), () => {
      const rest = consumers().without(left);
      return rest && compileVariant(rest, path, plan);
    });
  };
}

function compileVariant(node: FetchNode, path: readonly (string | number)[], plan: PlanCompiler): Variant {
  const dropForeign = compileDropForeign(node, askedAt(plan.asked, path), plan.types);
  const isRewritten = (node.outputRewrites ?? []).length > 0;
  const anyCall = compileCall(node, plan.transports.get(node.serviceName));
  // Once for all who share an entity, unless its fields have the names of the plan after its rewrites only.
  const call = dropForeign && !isRewritten ? withoutForeign(anyCall, dropForeign) : anyCall;
  const begin = plan.batchAcrossRequests ? askTogether(call, node.serviceName) : askAlone(call);
  const variables = compileVariables(node);
  const receive = compileReceiveEntities(node, path, plan, dropForeign);
  const variant: Variant = {
    begin: (run, fromContext) => begin(run, { ...variables(run.variables), ...fromContext }),
    receive(run, { batch, answer, askAlone }) {
      try {
        return receive(run, batch, answer);
      } catch {
        // No copy can be made of it for the second object that it is for.
        if (askAlone) return askAlone().then((answered) => variant.receive(run, answered));
        return receive(run, batch, malformed(node.serviceName, nestedTooDeep));
      }
    },
  };
  return variant;
}

/** Arguments are the same for all entities of a call, so each combination of values takes a call of its own. */
function byContext(entities: readonly Located[], readContext: ReadContext) {
  const groups = new Map<string, { entities: Data[]; values: Data }>();
  for (const entity of entities) {
    const values = readContext(entity);
    const text = JSON.stringify(values);
    const group = groups.get(text);
    if (group) group.entities.push(entity.object);
    else groups.set(text, { entities: [entity.object], values });
  }
  return [...groups.values()];
}
