import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan } from '@apollo/gateway';
import { type QueryPlan, QueryPlanner, type QueryPlanSelectionNode } from '@apollo/query-planner';
import { type DocumentNode, parse, visit } from 'graphql';
import { expect } from 'vitest';
import type { Variables } from '../engine.ts';
import { typename } from '../plan/conditional-selections.ts';
import { settleFragments } from '../plan/interface-fragments.ts';
import { fetchesIn } from '../plan/plan-fetches.ts';
import { repair } from '../plan/repair.ts';
import { losesTheSame } from './compare.ts';
import { execute } from './local-supergraph.ts';
import { variables as usual } from './random-query.ts';
import type { WorldSupergraph } from './world-supergraph.ts';

type GatewayRequest = { request: { query: string; variables: Record<string, unknown> } };

/**
 * Holds the engine of a world against the executor of `@apollo/gateway`, for the world as it was created. The data is the
 * same but for its order where a field is selected twice, once under a condition: that of the reference is the plan's
 * then, and the engine's is held to the letter elsewhere.
 *
 * Where the reference is wrong, by version 2.14.4:
 * - It loses fields under a condition that leaves nothing of an object, and what a fragment on an object type selects
 *   within one on an interface, for the planner drops the types that it would have to know. It is given a plan that asks
 *   for them.
 * - Its planner throws on fragments on interfaces where an `@interfaceObject` may be (`settleFragments`), and with fragments
 *   reused puts mutations of a fragment before others. It plans without either.
 * - It takes the `__typename` that the subgraph of an `@interfaceObject` gives of an entity for the type of the object,
 *   and loses what depends on that. It is not given that one.
 * - It does not ask for an entity at all when an input of one field with `@requires` is missing, because it failed or was
 *   not selected, and loses other fields too; and when the input is missing within an object, it sends null for all of
 *   the object. When it has met one that is missing, graphql-js decides.
 * - It asks the subgraph of an `@interfaceObject` for what a fragment on one type selects, of all entities, and loses those
 *   that did not ask when that fails (`unwanted-fields.ts`). When the subgraph has not told the type of such an entity, it is
 *   an object without fields. When one of them has failed, graphql-js decides.
 * @returns compares the answers to an operation; gives whether they were the same
 */
export function againstReference(world: WorldSupergraph) {
  const { sdl, engine, transports, again } = world;
  const repaired = repair(sdl);
  const supergraph = Supergraph.build(repaired.sdl);
  const api = supergraph.apiSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph, { reuseQueryFragments: false });
  const ofObjects = new Set([...repaired.interfaceObjects.values()].flatMap((names) => [...names]));
  const asksForTypes = ({ representations = [] }: Variables) =>
    (representations as { __typename: string }[]).some((one) =>
      repaired.interfaceObjects.has(one.__typename),
    );
  let hasFailed = false;
  const serviceMap = Object.fromEntries(
    Object.entries(transports).map(([name, transport]) => [
      name,
      {
        async process({ request: { query, variables } }: GatewayRequest) {
          const answer = await transport.execute({ query, variables, headers: {} });
          if (answer.errors && (ofObjects.has(name) || asksForTypes(variables))) hasFailed = true;
          const entities = (answer.data?.['_entities'] ?? []) as ({ __typename?: string } | null)[];
          for (const entity of entities)
            if (repaired.interfaceObjects.get(entity?.__typename ?? '')?.has(name)) delete entity?.__typename;
          return answer;
        },
      },
    ]),
  );

  return async (query: string, variables: Variables = usual): Promise<boolean> => {
    const operationDocument = parse(query);
    const settled = settleFragments(operationDocument, engine.schema, repaired.interfaceObjects);
    const plan = planner.buildQueryPlan(operationFromDocument(api, withTypeNames(settled)));
    const inputs = watchInputs(plan);
    again();
    hasFailed = false;
    const { data: expected } = await executeQueryPlan(
      plan,
      serviceMap as never,
      { request: { variables }, context: {}, logger: console, metrics: {} } as never,
      buildOperationContext({ schema: engine.schema, operationDocument }),
      supergraphSchema,
      api,
    );
    again();
    const { data } = await execute(engine, query, variables);
    try {
      const about = `${query}\n${JSON.stringify(variables)}`;
      expect(data, about).toEqual(expected && JSON.parse(JSON.stringify(expected)));
      return true;
    } catch (error) {
      if (!inputs.wereMissing() && !hasFailed) throw error;
      await losesTheSame(world, query, variables);
      return false;
    }
  };
}

/** Asks for the type of every object. */
const withTypeNames = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Field: {
      leave: (node) =>
        node.selectionSet && {
          ...node,
          selectionSet: { ...node.selectionSet, selections: [...node.selectionSet.selections, typename] },
        },
    },
  });

/**
 * Tells whether the executor misses what it is to send of an entity: it leaves a selection at the first field that is
 * not there, and so never comes to the one that is put behind the last.
 */
function watchInputs(plan: QueryPlan): { wereMissing(): boolean } {
  let [begun, ended] = [0, 0];
  const first = {
    get kind() {
      begun++;
      return 'First';
    },
  };
  const last = {
    get kind() {
      ended++;
      return 'Last';
    },
  };
  const watched = (selections: readonly QueryPlanSelectionNode[]): QueryPlanSelectionNode[] => [
    first as never,
    ...selections.map((selection) =>
      selection.selections ? { ...selection, selections: watched(selection.selections) } : selection,
    ),
    last as never,
  ];
  for (const fetch of plan.node ? fetchesIn(plan.node) : [])
    if (fetch.requires) fetch.requires = watched(fetch.requires);
  return { wereMissing: () => begun !== ended };
}
