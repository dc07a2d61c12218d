import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { SelectionSetNode } from 'graphql';
import type { Asked } from '../plan/asked-fields.ts';
import type { EntityKeys } from '../plan/entity-keys.ts';
import type { GivesField } from '../plan/field-owners.ts';
import type { UnwantedFields } from '../plan/unwanted-fields.ts';
import { compileEntityFetch } from './entity-fetch.ts';
import type { Merge } from './merge.ts';
import { getOwn } from './own.ts';
import { compileRootFetch } from './root-fetch.ts';
import type { Run, Step } from './run.ts';
import type { TypeNames } from './type-names.ts';

/** What compiling a plan takes besides the plan. */
export type PlanCompiler = {
  /** By subgraph name. */
  transports: ReadonlyMap<string, SubgraphTransport>;
  /** Whether requests that ask for entities at the same time, of one viewer scope, do so in one call. */
  batchAcrossRequests: boolean;
  types: TypeNames;
  merge: Merge;
  entityKeys: EntityKeys;
  /** What the `@requires` of a field asks for, under the names that plans use. */
  requires(subgraph: string, type: string, field: string): SelectionSetNode | undefined;
  unwanted: UnwantedFields;
  /** What all fetches of the plan ask for. */
  asked: Asked;
  /** Puts right what the planner is known to get wrong in a fetch: it may become several, which run side by side. */
  repairFetch(node: FetchNode): readonly FetchNode[];
  givesField: GivesField;
  /** The name that subgraphs and clients know a response name of a plan by. */
  realName(responseName: string): string;
};

/** Turns a plan into functions, once; `path` is where the fetches below this node merge their data. */
export function compilePlan(
  node: PlanNode,
  plan: PlanCompiler,
  path: readonly (string | number)[] = [],
): Step {
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compilePlan(child, plan, path)));
    case 'Parallel':
      return inParallel(node.nodes.map((child) => compilePlan(child, plan, path)));
    case 'Flatten':
      return compilePlan(node.node, plan, [...path, ...node.path]);
    case 'Condition': {
      const { condition, ifClause, elseClause } = node;
      const whenTrue = ifClause && compilePlan(ifClause, plan, path);
      const otherwise = elseClause && compilePlan(elseClause, plan, path);
      return (run) => (getOwn(run.variables, condition) === true ? whenTrue : otherwise)?.(run);
    }
    case 'Fetch':
      return inParallel(
        plan
          .repairFetch(node)
          .map((fetch) =>
            fetch.requires ? compileEntityFetch(fetch, path, plan) : compileRootFetch(fetch, path, plan),
          ),
      );
    case 'Defer':
      throw new Error('The planner made a @defer node, which it was not asked for');
  }
}

function inSequence(steps: readonly Step[]): Step {
  const [only] = steps;
  if (steps.length === 1 && only) return only;
  return async (run: Run) => {
    for (const step of steps) {
      const done = step(run);
      if (done) await done;
    }
  };
}

function inParallel(steps: readonly Step[]): Step {
  const [only] = steps;
  if (steps.length === 1 && only) return only;
  return (run) => {
    const underWay = steps.flatMap((step) => step(run) ?? []);
    return underWay.length === 0 ? undefined : Promise.all(underWay).then(() => {});
  };
}
