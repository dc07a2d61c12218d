import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { type EntityField, entityFields, filterEntityFields } from './entity-operation.ts';
import { type RequiredArguments, type RequiredField, requiresKey } from './required-arguments.ts';

/** What consumers that can share one representation want in it. */
type Group = {
  /** Fields of the fetch: `Type.responseName`. */
  consumers: Set<string>;
  /** Which path of the plan stands at each path of the representation. */
  places: Map<string, string>;
};

/**
 * Undoes `liftRequiredArguments` in a fetch: the subgraph gets the real field, its arguments, and the lifted name as
 * alias. A representation can hold a field only once, so consumers that need it with different arguments are asked
 * for in fetches of their own.
 */
export function restoreArguments(
  node: FetchNode,
  { fields, requires }: RequiredArguments,
): readonly FetchNode[] {
  if (fields.size === 0) return [node];
  const document = parse(node.operation, { noLocation: true });
  const restore = (operation: DocumentNode, inputs = node.requires): FetchNode => {
    const restored = stripIgnoredCharacters(print(withArguments(operation, fields)));
    return { ...node, operation: restored, ...(inputs && { requires: inputs }) };
  };
  const groups = node.requires ? groupConsumers(document, node.serviceName, { fields, requires }) : [];
  if (groups.length < 2) return [restore(document)];
  return groups.map(({ consumers, places }) =>
    restore(
      filterEntityFields(document, (field) => consumers.has(nameOf(field))),
      onlyPlaced(node.requires ?? [], places, fields),
    ),
  );
}

const withArguments = (document: DocumentNode, fields: ReadonlyMap<string, RequiredField>): DocumentNode =>
  visit(document, {
    Field(node): FieldNode | undefined {
      const lifted = fields.get(node.name.value);
      if (!lifted) return undefined;
      const name = { kind: Kind.NAME as const, value: lifted.field };
      return { ...node, alias: node.alias ?? node.name, name, arguments: lifted.arguments };
    },
  });

function groupConsumers(document: DocumentNode, subgraph: string, lifted: RequiredArguments): Group[] {
  const groups: Group[] = [];
  for (const field of entityFields(document)) {
    const set = lifted.requires.get(requiresKey(subgraph, field.type, field.field));
    const wanted = set ? placesOf(set, lifted.fields) : [];
    const fits = ({ places }: Group) => wanted.every(([real, path]) => (places.get(real) ?? path) === path);
    const group = groups.find(fits) ?? { consumers: new Set(), places: new Map() };
    if (!groups.includes(group)) groups.push(group);
    group.consumers.add(nameOf(field));
    for (const [real, path] of wanted) group.places.set(real, path);
  }
  return groups;
}

const nameOf = ({ type, responseName }: EntityField) => `${type}.${responseName}`;

/** Where in a representation each field of a `@requires` goes: `[real path, path of the plan]`. */
function placesOf(
  { selections }: SelectionSetNode,
  fields: ReadonlyMap<string, RequiredField>,
  real = '',
  path = '',
): [real: string, path: string][] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) return placesOf(selection.selectionSet, fields, real, path);
    const name = selection.name.value;
    const lifted = fields.get(name);
    const here: [string, string] = [`${real}.${lifted?.field ?? name}`, `${path}.${name}`];
    const inner = selection.selectionSet ? placesOf(selection.selectionSet, fields, ...here) : [];
    return lifted || inner.length === 0 ? [here, ...inner] : inner;
  });
}

/** Leaves out of a representation what stands at a place that another field takes in this group. */
function onlyPlaced(
  nodes: readonly QueryPlanSelectionNode[],
  places: ReadonlyMap<string, string>,
  fields: ReadonlyMap<string, RequiredField>,
  real = '',
  path = '',
): QueryPlanSelectionNode[] {
  return nodes.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === 'InlineFragment')
      return [{ ...node, selections: onlyPlaced(node.selections, places, fields, real, path) }];
    const name = node.alias ?? node.name;
    const lifted = fields.get(name);
    const here = [`${real}.${lifted?.field ?? name}`, `${path}.${name}`] as const;
    const taken = places.get(here[0]);
    if (lifted ? taken !== here[1] : taken !== undefined && taken !== here[1]) return [];
    return [
      node.selections ? { ...node, selections: onlyPlaced(node.selections, places, fields, ...here) } : node,
    ];
  });
}
