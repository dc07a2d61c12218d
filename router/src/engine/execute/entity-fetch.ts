import type { FetchNode } from '@apollo/query-planner';
import { compileCall, compileVariables } from './call.ts';
import type { PlanCompiler } from './compile-plan.ts';
import { compileContexts, type ReadContext } from './contexts.ts';
import { compileFetchPath, type Located } from './fetch-path.ts';
import { type Data, getOwn } from './own.ts';
import { type Batch, compileReceiveEntities } from './receive-entities.ts';
import { compileRepresentation, type Represent } from './representations.ts';
import { compileRewrites } from './rewrites.ts';
import type { Run, Step } from './run.ts';

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
  const call = compileCall(node, plan.transports.get(node.serviceName));
  const variables = compileVariables(node);
  const receive = compileReceiveEntities(node, path, plan);
  const readContext = compileContexts(node, plan.types);

  const ask = (run: Run, entities: readonly Data[], fromContext?: Data) => {
    const batch = batchOf(entities, represent);
    const { representations } = batch;
    if (representations.length === 0) return undefined;
    const sent = { ...variables(run.variables), ...fromContext, representations };
    return call(run, sent).then((answer) => receive(run, batch, answer));
  };
  if (!readContext) return (run) => ask(run, collect(run.data));
  return (run) => {
    const groups = byContext(locate(run.data), readContext);
    const underWay = groups.flatMap(({ entities, values }) => ask(run, entities, values) ?? []);
    return underWay.length === 0 ? undefined : Promise.all(underWay).then(() => {});
  };
}

function compileInput(
  { serviceName, requires = [], inputRewrites }: FetchNode,
  { types, realName, entityKeys }: PlanCompiler,
): Represent {
  const represent = compileRepresentation(requires, types, realName);
  const rewrite = compileRewrites(inputRewrites, types);
  return (entity) => {
    const representation = represent(entity);
    if (!representation) return undefined;
    rewrite?.(representation);
    const keys = entityKeys(serviceName, String(representation['__typename']));
    return isKnown(representation, keys) ? representation : undefined;
  };
}

/**
 * Whether a representation says which entity it stands for. One whose key is null stands for none. And for
 * `{ node { ... on A { f } } }` where `f` requires `g`, planner 2.14.4 puts the key into the representation of an A
 * only but `g` into that of every Node, when an `@interfaceObject` gives `f`.
 */
function isKnown(representation: Data, keys: readonly (readonly string[])[]): boolean {
  if (keys.length === 0) return true;
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

function batchOf(entities: readonly Data[], represent: Represent): Batch {
  const batch: Batch = { representations: [], targets: [] };
  const targetsByText = new Map<string, Data[]>();
  for (const entity of entities) {
    const representation = represent(entity);
    if (!representation) continue;
    const text = JSON.stringify(representation);
    const alike = targetsByText.get(text);
    if (alike) {
      alike.push(entity);
      continue;
    }
    const targets = [entity];
    targetsByText.set(text, targets);
    batch.representations.push(representation);
    batch.targets.push(targets);
  }
  return batch;
}
