import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { fragmentsOf } from '../execute/collect-fields.ts';
import type { Overrides } from '../plan/override-labels.ts';
import { createFill } from './fill-places.ts';
import { isOwnName } from './inputs.ts';
import type { JoinFacts } from './join-facts.ts';
import { type Content, emptyPlace, type Group, type Place } from './place.ts';
import {
  asSelected,
  type CollectTools,
  type Conditions,
  collectRequests,
  type Request,
  type Requests,
  type Selected,
  unless,
} from './requests.ts';
import { writeFetch } from './write-fetch.ts';

/** Plans an operation that is valid for the API schema. @throws when it finds no way. */
export type PlanByLevels = (
  document: DocumentNode,
  operationName: string | undefined,
  overrides: Overrides,
) => QueryPlan;

/**
 * A second planner, for what the first plans wrongly. It makes the plainest plan there is: at each place all that the
 * subgraph has which gives the objects, then, level by level, from others what is known how to be asked for by then. It
 * makes more fetches than need be, one after the other, and so is asked only where the other fails.
 * @param schema of all there is, `@inaccessible` elements too
 */
export function createPlanByLevels(
  factsFor: (overrides: Overrides) => JoinFacts,
  schema: GraphQLSchema,
): PlanByLevels {
  return (document, operationName, overrides) => {
    const operation = getOperationAST(document, operationName);
    const root = operation && schema.getRootType(operation.operation);
    if (!root) throw new Error('there is no such operation');
    const tools: CollectTools = { schema, fragments: fragmentsOf(document) };
    const fill = createFill(factsFor(overrides), schema, tools);

    const placeFor = (selected: Selected): Place => {
      const at = { path: [], subgraph: undefined, declared: root.name, types: [root.name] };
      const place = emptyPlace({ ...at, isUnsettled: false, provided: [], around: undefined });
      if (fill(place, [selected]).length > 0) throw new Error('no subgraph has all that is asked');
      return place;
    };
    const whole: Selected = { set: operation.selectionSet, when: [] };
    if (operation.operation === 'query')
      return { kind: 'QueryPlan', ...nodeOf(nodesOf(placeFor(whole), operation)) };

    const places = inOrder(collectRequests(root.name, [whole], tools)).map((request) =>
      placeFor(asSelected(root.name, request)),
    );
    if (operation.operation === 'mutation')
      return { kind: 'QueryPlan', ...nodeOf(sequence(places.map((place) => nodesOf(place, operation)))) };

    const [group] = places[0]?.groups ?? [];
    if (!group) throw new Error('no subgraph publishes the events');
    const rest = nodesBelow(group.content, operation);
    const primary = writeFetch(group, operation, false);
    return { kind: 'QueryPlan', node: { kind: 'Subscription', primary, ...(rest && { rest }) } };
  };
}

/** Root fields, each at the first of its places that is selected: which one that is may depend on variables. */
function inOrder({ requests, places }: Requests): Request[] {
  const earlier = new Map<string, Conditions[]>();
  return places.flatMap(({ alias, when }) => {
    const before = earlier.get(alias) ?? [];
    earlier.set(alias, [...before, when]);
    const request = requests.get(alias);
    const whens = unless([when], before);
    return request && whens.length > 0 ? [{ ...request, whens }] : [];
  });
}

const nodeOf = (node: PlanNode | undefined) => (node ? { node } : {});

/** The fetches for what is below a place, and for its objects, in the order of their levels. */
function nodesOf(place: Place, operation: OperationDefinitionNode): PlanNode | undefined {
  const levels = Map.groupBy(place.groups, ({ level }) => level);
  const inOrder = [...levels].sort(([one], [other]) => one - other);
  return sequence([
    nodesBelow(place.base, operation),
    ...inOrder.map(([, groups]) => parallel(groups.map((group) => groupNode(group, place, operation)))),
  ]);
}

function groupNode(group: Group, { path }: Place, operation: OperationDefinitionNode): PlanNode | undefined {
  const fetch: FetchNode = writeFetch(group, operation, path.length > 0);
  const node: PlanNode = path.length > 0 ? { kind: 'Flatten', path: [...path], node: fetch } : fetch;
  return sequence([node, nodesBelow(group.content, operation)]);
}

/** What others need, such as the value of a context, comes first. */
function nodesBelow(content: Content, operation: OperationDefinitionNode): PlanNode | undefined {
  const fields = [...content.values()].flatMap((ofType) => [...ofType]);
  const [inputs = [], others = []] = [true, false].map((areInputs) =>
    fields.flatMap(([alias, { below }]) =>
      below && isOwnName(alias) === areInputs ? [nodesOf(below, operation)] : [],
    ),
  );
  return sequence([parallel(inputs), parallel(others)]);
}

const sequence = (nodes: readonly (PlanNode | undefined)[]) => join('Sequence', nodes);
const parallel = (nodes: readonly (PlanNode | undefined)[]) => join('Parallel', nodes);

function join(kind: 'Sequence' | 'Parallel', nodes: readonly (PlanNode | undefined)[]): PlanNode | undefined {
  const some = nodes.filter((node) => node !== undefined);
  return some.length > 1 ? { kind, nodes: some } : some[0];
}
