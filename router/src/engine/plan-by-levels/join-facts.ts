import { type ConstDirectiveNode, type DocumentNode, Kind, print, type SelectionSetNode } from 'graphql';
import type { Overrides } from '../plan/override-labels.ts';
import {
  argument,
  type FieldsType,
  fieldSet,
  isDirective,
  isFieldsType,
  namedType,
  subgraphNames,
} from '../plan/supergraph-ast.ts';

/** How a subgraph has a field of a type. */
export type FieldJoin = {
  /** The named type that it gives it, and the whole type as it writes it there. */
  type: string;
  written: string;
  /** It has only declared the field: it can give it where it says `@provides`. */
  isExternal: boolean;
  requires: SelectionSetNode | undefined;
  provides: SelectionSetNode | undefined;
  contexts: readonly ContextArgument[];
};

/** An argument that comes from an object around the one that has the field. */
export type ContextArgument = {
  argument: string;
  /** As an argument's type is written. */
  type: string;
  context: string;
  selection: SelectionSetNode;
};

/** What a supergraph says of its subgraphs, for one choice of what is overridden. */
export type JoinFacts = {
  subgraphs: readonly string[];
  /** By what a subgraph can be asked for entities of a type. */
  keys(subgraph: string, type: string): readonly SelectionSetNode[];
  /** Undefined where the subgraph does not have the field. */
  field(subgraph: string, type: string, field: string): FieldJoin | undefined;
  hasType(subgraph: string, type: string): boolean;
  /** Whether the subgraph knows this interface as an object. */
  isInterfaceObject(subgraph: string, type: string): boolean;
  /** The object types that what a subgraph gives as this type may be of. */
  possible(subgraph: string, type: string): readonly string[];
  interfacesOf(type: string): readonly string[];
  /** Whether objects of a type, or of an interface that it implements, set a context. */
  setsContext(type: string, context: string): boolean;
};

const text = (join: ConstDirectiveNode, name: string): string | undefined => {
  const value = argument(join, name);
  return typeof value === 'string' ? value : undefined;
};

/** Reads the join directives of a supergraph once; what it gives is for one choice of overrides. */
export function readJoinFacts(supergraph: DocumentNode): {
  factsFor: (overrides: Overrides) => JoinFacts;
  /** What a field needs of its object. */
  requires: (subgraph: string, type: string, field: string) => SelectionSetNode | undefined;
} {
  const names = subgraphNames(supergraph);
  const graphOf = (join: ConstDirectiveNode) => {
    const graph = String(argument(join, 'graph'));
    return names.get(graph) ?? graph;
  };
  const types = new Map<string, FieldsType>(
    supergraph.definitions.filter(isFieldsType).map((type) => [type.name.value, type]),
  );
  const known = new Set<string>();
  const objects = new Set<string>();
  const interfaceObjects = new Set<string>();
  const possible = new Map<string, Set<string>>();
  const keys = new Map<string, SelectionSetNode[]>();
  const keyFields = new Set<string>();
  const contexts = new Set<string>();
  const fields = new Map<string, (FieldJoin & { label: string | undefined; isNew: boolean })[]>();

  const put = <Item>(to: Map<string, Item[]>, key: string, item: Item) =>
    to.set(key, [...(to.get(key) ?? []), item]);
  const isPossible = (subgraph: string, type: string, of: string) =>
    possible.set(`${subgraph} ${of}`, (possible.get(`${subgraph} ${of}`) ?? new Set()).add(type));

  function noteKey(subgraph: string, type: string, { selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) continue;
      keyFields.add(`${subgraph} ${type}.${selection.name.value}`);
      const field = types.get(type)?.fields?.find(({ name }) => name.value === selection.name.value);
      if (field && selection.selectionSet) noteKey(subgraph, namedType(field.type), selection.selectionSet);
    }
  }

  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION)
      for (const join of definition.directives?.filter(isDirective('join__unionMember')) ?? [])
        isPossible(graphOf(join), text(join, 'member') ?? '', definition.name.value);
    if (definition.kind !== Kind.UNION_TYPE_DEFINITION && !isFieldsType(definition)) continue;
    const members = 'types' in definition ? (definition.types ?? []) : [];
    for (const setting of definition.directives?.filter(isDirective('context')) ?? [])
      for (const { name } of [definition, ...members])
        contexts.add(`${name.value} ${argument(setting, 'name')}`);
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) objects.add(type);
    const joins = definition.directives?.filter(isDirective('join__type')) ?? [];
    for (const join of joins) {
      const subgraph = graphOf(join);
      known.add(`${subgraph} ${type}`);
      if (argument(join, 'isInterfaceObject') === true) interfaceObjects.add(`${subgraph} ${type}`);
      const key = text(join, 'key');
      if (key === undefined) continue;
      noteKey(subgraph, type, fieldSet(key));
      if (argument(join, 'resolvable') !== false) put(keys, `${subgraph} ${type}`, fieldSet(key));
    }
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION)
      for (const join of definition.directives?.filter(isDirective('join__implements')) ?? [])
        isPossible(graphOf(join), type, text(join, 'interface') ?? '');
    for (const field of definition.fields ?? []) {
      const own = field.directives?.filter(isDirective('join__field')) ?? [];
      for (const join of own.length > 0 ? own : joins) {
        if (join.name.value === 'join__field' && argument(join, 'graph') === undefined) continue;
        if (argument(join, 'usedOverridden') === true) continue;
        const isOwn = join.name.value === 'join__field';
        const requires = isOwn ? text(join, 'requires') : undefined;
        const provides = isOwn ? text(join, 'provides') : undefined;
        put(fields, `${graphOf(join)} ${type}.${field.name.value}`, {
          type: namedType(field.type),
          written: (isOwn && text(join, 'type')) || print(field.type),
          isExternal: isOwn && argument(join, 'external') === true,
          requires: requires === undefined ? undefined : fieldSet(requires),
          provides: provides === undefined ? undefined : fieldSet(provides),
          contexts: contextArguments(join),
          label: isOwn ? text(join, 'overrideLabel') : undefined,
          isNew: isOwn && argument(join, 'override') !== undefined,
        });
      }
    }
  }

  const interfacesOf = (type: string) => (types.get(type)?.interfaces ?? []).map(({ name }) => name.value);
  const requires = (subgraph: string, type: string, field: string) =>
    fields.get(`${subgraph} ${type}.${field}`)?.find((join) => join.requires)?.requires;
  const factsFor = (overrides: Overrides): JoinFacts => ({
    subgraphs: [...names.values()],
    keys: (subgraph, type) => keys.get(`${subgraph} ${type}`) ?? [],
    field(subgraph, type, field) {
      const place = `${subgraph} ${type}.${field}`;
      const join = fields
        .get(place)
        ?.find(({ label, isNew }) => label === undefined || (overrides.get(label) ?? false) === isNew);
      return join && { ...join, isExternal: join.isExternal && !keyFields.has(place) };
    },
    hasType: (subgraph, type) => known.has(`${subgraph} ${type}`),
    isInterfaceObject: (subgraph, type) => interfaceObjects.has(`${subgraph} ${type}`),
    possible: (subgraph, type) =>
      objects.has(type) ? [type] : [...(possible.get(`${subgraph} ${type}`) ?? [])],
    interfacesOf,
    setsContext: (type, context) =>
      [type, ...interfacesOf(type)].some((name) => contexts.has(`${name} ${context}`)),
  });
  return { factsFor, requires };
}

/** The arguments of a field that come from contexts, as a `@join__field` lists them. */
function contextArguments(join: ConstDirectiveNode): ContextArgument[] {
  const list = join.arguments?.find(({ name }) => name.value === 'contextArguments')?.value;
  if (list?.kind !== Kind.LIST) return [];
  return list.values.flatMap((value) => {
    if (value.kind !== Kind.OBJECT) return [];
    const of = new Map(value.fields.map((field) => [field.name.value, field.value]));
    const read = (name: string) => {
      const text = of.get(name);
      return text?.kind === Kind.STRING ? text.value : '';
    };
    const selection = fieldSet(read('selection').replace(/^\s*\{(.*)\}\s*$/s, '$1'));
    return [{ argument: read('name'), type: read('type'), context: read('context'), selection }];
  });
}
