import type { FetchNode, PlanNode, QueryPlanSelectionNode, SubscriptionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import type { Variables } from '../engine.ts';
import { collectFields, fragmentsOf, type Occurrence, type Selected } from '../execute/collect-fields.ts';
import { type Condition, never } from '../execute/conditions.ts';
import { entityFieldKey, entityFields } from './entity-operation.ts';
import { fetchesIn } from './plan-fetches.ts';

/** The fields of an entity fetch, by key, that an entity of this type is not to be asked for with these variables. */
export type Unwanted = (typename: unknown, variables: Variables) => readonly string[];

/** What is not to be asked for in a fetch at a path; undefined when that is nothing for any type. */
export type UnwantedFields = (node: FetchNode, path: readonly (string | number)[]) => Unwanted | undefined;

type Operation = { schema: GraphQLSchema; document: DocumentNode; operation: OperationDefinitionNode };

/**
 * A subgraph that knows an interface as an object knows no types of its own: what a fragment on one of them selects,
 * planner 2.14.4 asks of all entities. Then an `x: f` of one type overwrites the `x` that another type has from
 * elsewhere, and a failure of what nobody asked for costs an entity what was. So it is asked of those types only that the
 * operation selects it for, with the variables that it has, unless a later fetch needs it.
 * @param interfaceObjects interfaces that are objects, and to which subgraphs
 */
export function unwantedFields(
  plan: PlanNode | SubscriptionNode | undefined,
  operation: Operation,
  interfaceObjects: ReadonlyMap<string, ReadonlySet<string>>,
): UnwantedFields {
  if (interfaceObjects.size === 0 || !plan) return () => undefined;
  const needed = new Set(fetchesIn(plan).flatMap(({ requires = [] }) => requires.flatMap(namesIn)));
  return (node, path) => {
    const suspects = entityFields(parse(node.operation, { noLocation: true })).filter(
      ({ type, responseName }) =>
        interfaceObjects.get(type)?.has(node.serviceName) && !needed.has(responseName),
    );
    if (suspects.length === 0) return undefined;
    const selected = selectedAt(path, operation);
    const everything = new Set([...selected.values()].flatMap((fields) => [...fields.keys()]));
    const wanted = new Map<unknown, { key: string; when: Condition }[]>();
    for (const [typename, fields] of selected) {
      const left = suspects.flatMap((field) => {
        const when = everything.has(nameOf(field)) ? (fields.get(nameOf(field)) ?? never) : undefined;
        return when && when !== always ? [{ key: entityFieldKey(field), when }] : [];
      });
      if (left.length > 0) wanted.set(typename, left);
    }
    if (wanted.size === 0) return undefined;
    return (typename, variables) =>
      (wanted.get(typename) ?? []).flatMap(({ key, when }) => (when(variables) ? [] : [key]));
  };
}

const always: Condition = () => true;

/** What an operation selects of objects of each type at a place, and when. */
function selectedAt(
  path: readonly (string | number)[],
  { schema, document, operation }: Operation,
): ReadonlyMap<string, ReadonlyMap<string, Condition>> {
  const options = { schema, fragments: fragmentsOf(document) };
  const root = schema.getRootType(operation.operation);
  const everything: Selected = { selectionSet: operation.selectionSet, when: undefined };
  let places = new Map<GraphQLObjectType, Selected[]>(root ? [[root, [everything]]] : []);
  for (const element of path.map(String)) {
    const [name = '', condition] = element.split('|', 2);
    if (name !== '' && name !== '@') places = below(places, name, options);
    const only = condition?.slice(1, -1).split(',');
    if (only) places = new Map([...places].filter(([type]) => only.includes(type.name)));
  }
  return new Map(
    Array.from(places, ([type, selected]) => [
      type.name,
      new Map(
        Array.from(collectFields(type, selected, options).occurrences, ([responseName, occurrences]) => [
          nameOf({ responseName, field: occurrences[0]?.node.name.value }),
          anyOf(occurrences),
        ]),
      ),
    ]),
  );
}

function anyOf(occurrences: readonly Occurrence[]): Condition {
  const conditions = occurrences.map(({ when }) => when ?? always);
  return conditions.includes(always) ? always : (variables) => conditions.some((when) => when(variables));
}

function below(
  places: ReadonlyMap<GraphQLObjectType, readonly Selected[]>,
  name: string,
  options: Parameters<typeof collectFields>[2],
): Map<GraphQLObjectType, Selected[]> {
  const next = new Map<GraphQLObjectType, Selected[]>();
  for (const [parent, selected] of places) {
    const occurrences = collectFields(parent, selected, options).occurrences.get(name) ?? [];
    const field = parent.getFields()[occurrences[0]?.node.name.value ?? ''];
    const type = field && getNamedType(field.type);
    const types = isAbstractType(type)
      ? options.schema.getPossibleTypes(type)
      : isObjectType(type)
        ? [type]
        : [];
    const inner = occurrences.flatMap(({ node: { selectionSet }, when }) =>
      selectionSet ? [{ selectionSet, when }] : [],
    );
    for (const one of types) next.set(one, [...(next.get(one) ?? []), ...inner]);
  }
  return next;
}

/** One response name may stand for other fields of other types. */
const nameOf = ({ responseName, field }: { responseName: string; field: string | undefined }) =>
  `${responseName}: ${field}`;

const namesIn = (selection: QueryPlanSelectionNode): string[] =>
  selection.kind === 'Field' ? [selection.alias ?? selection.name] : selection.selections.flatMap(namesIn);
