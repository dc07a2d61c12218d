import type { FetchNode } from '@apollo/query-planner';
import { malformed } from './answer.ts';
import { askAlone, askTogether } from './ask-entities.ts';
import { addToBatch, type Batch, createBatch } from './batch.ts';
import { compileCall, compileVariables } from './call.ts';
import type { PlanCompiler } from './compile-plan.ts';
import { type Consumers, consumersOf } from './consumers.ts';
import { compileContexts, type ReadContext } from './contexts.ts';
import { compileFetchPath, type Located } from './fetch-path.ts';
import { type Data, getOwn } from './own.ts';
import { compileReceiveEntities } from './receive-entities.ts';
import { compileRepresent } from './representations.ts';
import { compileRewrites } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import { spoiledBy } from './spoiled-inputs.ts';
import { compileWanted } from './wanted-fetch.ts';

/** One operation that entities are asked for by. */
type Variant = {
  ask(run: Run, batch: Batch, fromContext: Data | undefined): Promise<void>;
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
  const represent = compileInput(node, plan);
  const variantFor = compileVariants(node, path, plan);
  const readContext = compileContexts(node, plan.types);

  const ask = (run: Run, entities: readonly Data[], spoiled: SpoiledFields, fromContext?: Data) => {
    const batches = new Map<Variant, Batch>();
    for (const entity of entities) {
      const input = represent(entity);
      const variant = input && variantFor(entity, input.complete, spoiled?.get(entity));
      if (!variant) continue;
      const batch = batches.get(variant) ?? createBatch();
      batches.set(variant, batch);
      addToBatch(batch, input.representation, entity);
    }
    return Array.from(batches, ([variant, batch]) => variant.ask(run, batch, fromContext));
  };
  let consumers: Consumers | undefined;
  /** Finds the fields that lost their value because an input failed, and says so at their places. */
  const spoil = (run: Run): SpoiledFields => {
    consumers ??= consumersOf(node, plan);
    const fields = new Map<Data, readonly string[]>();
    const known = [...run.errors];
    for (const located of locate(run.data)) {
      const { keys, errors, causes } = spoiledBy(known, located, consumers.of(located.object));
      if (keys.length === 0) continue;
      fields.set(located.object, keys);
      run.errors.push(...errors);
      for (const error of errors) run.spoiling.set(error, 'field');
      for (const error of causes) run.spoiling.set(error, 'input');
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

/** Fields that are not to be asked for, by entity. */
type SpoiledFields = ReadonlyMap<Data, readonly string[]> | undefined;

type Input = { representation: Data; complete: boolean };

/** An entity that cannot be asked for has no input. */
function compileInput(
  { serviceName, requires = [], inputRewrites }: FetchNode,
  { types, realName, entityKeys }: PlanCompiler,
): (entity: Data) => Input | undefined {
  const represent = compileRepresent(requires, types, realName);
  const rewrite = compileRewrites(inputRewrites, types);
  const keys = entityKeys(serviceName);
  return (entity) => {
    const representation: Data = {};
    const complete = represent(entity, representation);
    rewrite?.(representation);
    const { __typename } = representation;
    if (typeof __typename !== 'string') return undefined;
    return isKnown(representation, keys.get(__typename) ?? []) ? { representation, complete } : undefined;
  };
}

/**
 * The operation for an entity: the whole one as a rule. Inputs of a `@requires` may be missing, because the fetch of
 * them failed, or because `@skip` left the field out that they are for: then the rest is asked for. The same goes for
 * what the operation does not want of its type.
 */
function compileVariants(
  node: FetchNode,
  path: readonly (string | number)[],
  plan: PlanCompiler,
): (entity: Data, complete: boolean, spoiled: readonly string[] | undefined) => Variant | undefined {
  const whole = compileVariant(node, path, plan);
  const reduced = new Map<string, Variant | undefined>();
  const unwanted = plan.unwanted(node, path);
  let consumers: Consumers | undefined;
  return (entity, complete, spoiled = []) => {
    if (complete && !unwanted && spoiled.length === 0) return whole;
    consumers ??= consumersOf(node, plan);
    const left = [
      ...spoiled,
      ...(complete ? [] : consumers.starved(entity)),
      ...(unwanted?.(entity['__typename']) ?? []),
    ];
    if (left.length === 0) return whole;
    const key = left.join();
    if (!reduced.has(key)) {
      const rest = consumers.without(left);
      reduced.set(key, rest && compileVariant(rest, path, plan));
    }
    return reduced.get(key);
  };
}

function compileVariant(node: FetchNode, path: readonly (string | number)[], plan: PlanCompiler): Variant {
  const call = compileCall(node, plan.transports.get(node.serviceName));
  const askFor = plan.batchAcrossRequests ? askTogether(call, node.serviceName) : askAlone(call);
  const variables = compileVariables(node);
  const receive = compileReceiveEntities(node, path, plan);
  return {
    async ask(run, batch, fromContext) {
      const sent = { ...variables(run.variables), ...fromContext };
      const answer = await askFor(run, sent, batch);
      try {
        receive(run, batch, answer);
      } catch {
        // No copy can be made of it for the second object that it is for.
        receive(run, batch, malformed(node.serviceName, 'what is nested too deep'));
      }
    },
  };
}

/**
 * Whether a representation says, to this subgraph, which entity it stands for. One whose key is null stands for none.
 * And for `{ node { ... on A { f } } }` where `f` requires `g`, planner 2.14.4 lets the key and the type that the
 * subgraph knows into the representation of an A only, but `g` into that of every Node, when an `@interfaceObject`
 * gives `f`.
 */
function isKnown(representation: Data, keys: readonly (readonly string[])[]): boolean {
  return keys.some((fields) => {
    const values = fields.map((field) => getOwn(representation, field));
    return !values.includes(undefined) && values.some((value) => value !== null);
  });
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
