import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan } from '@apollo/gateway';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, type FieldNode, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { expect } from 'vitest';
import type { Variables } from '../engine.ts';
import { typename } from '../plan/conditional-selections.ts';
import { settleFragments } from '../plan/interface-fragments.ts';
import { type Repaired, repair } from '../plan/repair.ts';
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
 * - It takes the `__typename` that the subgraph of an `@interfaceObject` gives for the type of the object, and loses what
 *   depends on that. With such a fetch in the plan it may differ.
 * - It does not ask for an entity at all when an input of one field with `@requires` is missing, because it failed or was
 *   not selected, and loses other fields too. With such a field in the plan it may differ.
 * @returns compares the answers to an operation; gives whether they were the same
 */
export function againstReference(world: WorldSupergraph) {
  const { sdl, engine, transports, again } = world;
  const repaired = repair(sdl);
  const supergraph = Supergraph.build(repaired.sdl);
  const api = supergraph.apiSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph, { reuseQueryFragments: false });
  const serviceMap = Object.fromEntries(
    Object.entries(transports).map(([name, transport]) => [
      name,
      {
        process: ({ request: { query, variables } }: GatewayRequest) =>
          transport.execute({ query, variables, headers: {} }),
      },
    ]),
  );

  return async (query: string, variables: Variables = usual): Promise<boolean> => {
    const operationDocument = parse(query);
    const settled = settleFragments(operationDocument, engine.schema, repaired.interfaceObjects);
    const plan = planner.buildQueryPlan(operationFromDocument(api, withTypeNames(settled)));
    again();
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
      expect(data, query).toEqual(expected && JSON.parse(JSON.stringify(expected)));
      return true;
    } catch (error) {
      if (isBeyondReference(plan, world, repaired)) return false;
      throw error;
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

/** Whether some fetch reads an interface from a subgraph that has it as an object, or a field with `@requires`. */
function isBeyondReference(
  plan: QueryPlan,
  { schemas }: Pick<WorldSupergraph, 'schemas'>,
  { interfaceObjects, requires }: Pick<Repaired, 'interfaceObjects' | 'requires'>,
): boolean {
  let found = false;
  JSON.stringify(plan, (key, value) => {
    if (key === 'operationDocumentNode') return undefined;
    const schema = value?.kind === 'Fetch' && schemas[value.serviceName];
    if (!schema) return value;
    const subgraph: string = value.serviceName;
    const types = new TypeInfo(schema);
    const parent = () => types.getParentType()?.name ?? '';
    const look = {
      SelectionSet() {
        found ||= interfaceObjects.get(parent())?.has(subgraph) ?? false;
      },
      Field({ name }: FieldNode) {
        found ||= requires(subgraph, parent(), name.value) !== undefined;
      },
    };
    visit(parse(value.operation), visitWithTypeInfo(types, look));
    return value;
  });
  return found;
}
