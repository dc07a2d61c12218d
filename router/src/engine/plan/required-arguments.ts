import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  print,
  type SelectionSetNode,
} from 'graphql';
import { inaccessible, withInaccessible } from './inaccessible.ts';
import {
  argument,
  type FieldsType,
  fieldSet,
  isDirective,
  isFieldsType,
  mapFieldsTypes,
  namedType,
  subgraphNames,
} from './supergraph-ast.ts';

/** A field that takes arguments, with those that a `@requires` gives it, if any. */
export type RequiredField = { field: string; arguments: readonly ArgumentNode[] };

export type RequiredArguments = {
  /** By the name that stands for it in plans. */
  fields: ReadonlyMap<string, RequiredField>;
  /** What the `@requires` of a field asks for, under names of plans; by `requiresKey`. */
  requires: ReadonlyMap<string, SelectionSetNode>;
};

export const requiresKey = (subgraph: string, type: string, field: string) => `${subgraph} ${type}.${field}`;

const isJoin = isDirective('join__field');

/**
 * Gives every field that takes arguments a name of its own inside a `@requires`, also where none are given.
 *
 * Planner 2.14.4 merges what `@requires` asks for by response name and forgets arguments: two fields that require `f`
 * with other arguments get each other's data, silently, and so does one that requires `f` beside a client that gives it
 * arguments. So the planner is shown an `@inaccessible` field without
 * arguments for each pair of field and arguments; `restoreArguments` turns it back in every fetch.
 */
export function liftRequiredArguments(
  supergraph: DocumentNode,
): { supergraph: DocumentNode } & RequiredArguments {
  const lifting = createLifting(supergraph);
  const rewritten = mapFieldsTypes(supergraph, (type) => mapJoins(type, lifting.liftRequires));
  const { fields, requires } = lifting;
  if (fields.size === 0) return { supergraph, fields, requires };
  const shown = mapFieldsTypes(rewritten, (type) => withLiftedFields(type, lifting));
  return { supergraph: withInaccessible(shown), fields, requires };
}

type Lifting = ReturnType<typeof createLifting>;

function createLifting(supergraph: DocumentNode) {
  const subgraphs = subgraphNames(supergraph);
  const types = new Map<string, FieldsType>();
  const implementers = new Map<string, string[]>();
  for (const type of supergraph.definitions.filter(isFieldsType)) {
    types.set(type.name.value, type);
    for (const { name } of type.interfaces ?? [])
      implementers.set(name.value, [...(implementers.get(name.value) ?? []), type.name.value]);
  }

  const fields = new Map<string, RequiredField>();
  const requires = new Map<string, SelectionSetNode>();
  /** By the field as a `@requires` writes it, arguments in order of their names. */
  const names = new Map<string, string>();
  /** Lifted names with the field that each copies, by type. */
  const additions = new Map<string, Map<string, string>>();
  /** Fields that some `@requires` of a subgraph asks for under another name now, and under their own: `Type.field GRAPH`. */
  const liftedFrom = new Set<string>();
  const plain = new Set<string>();

  function nameFor({ name: { value: field }, arguments: args = [] }: FieldNode): string {
    const text = `${field}(${args.map(print).sort().join(',')})`;
    const name = names.get(text) ?? `_required${names.size}_${field}`;
    names.set(text, name);
    fields.set(name, { field, arguments: args });
    return name;
  }

  function add(type: string, name: string, field: string): void {
    const added = additions.get(type) ?? new Map<string, string>();
    additions.set(type, added.set(name, field));
    for (const implementer of implementers.get(type) ?? []) add(implementer, name, field);
  }

  function lift(set: SelectionSetNode, parent: string, graph: string): SelectionSetNode {
    const selections = set.selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition?.name.value ?? parent;
        return { ...selection, selectionSet: lift(selection.selectionSet, type, graph) };
      }
      const field = selection.name.value;
      const definition = types.get(parent)?.fields?.find(({ name }) => name.value === field);
      const inner =
        selection.selectionSet &&
        definition &&
        lift(selection.selectionSet, namedType(definition.type), graph);
      const lifted = inner ? { ...selection, selectionSet: inner } : selection;
      const takesArguments = Boolean(definition?.arguments?.length);
      (takesArguments ? liftedFrom : plain).add(`${parent}.${field} ${graph}`);
      if (!takesArguments) return lifted;
      const name = nameFor(selection);
      add(parent, name, field);
      return { ...lifted, name: { kind: Kind.NAME as const, value: name }, arguments: [] };
    });
    return { ...set, selections };
  }

  return {
    fields,
    requires,
    additions,
    /** Whether only lifted names are left of what this subgraph required of the field. */
    isIdle: (type: string, field: string, graph: string) =>
      liftedFrom.has(`${type}.${field} ${graph}`) && !plain.has(`${type}.${field} ${graph}`),
    liftRequires(join: ConstDirectiveNode, type: string, field: string): ConstDirectiveNode {
      const text = argument(join, 'requires');
      const graph = String(argument(join, 'graph'));
      if (typeof text !== 'string') return join;
      const set = lift(fieldSet(text), type, graph);
      requires.set(requiresKey(subgraphs.get(graph) ?? graph, type, field), set);
      const value = set.selections.map(print).join(' ').replace(/\s+/g, ' ');
      const args = join.arguments?.map((one) =>
        one.name.value === 'requires' ? { ...one, value: { kind: Kind.STRING as const, value } } : one,
      );
      return { ...join, ...(args && { arguments: args }) };
    },
  };
}

function mapJoins(
  type: FieldsType,
  map: (join: ConstDirectiveNode, type: string, field: string) => ConstDirectiveNode,
): FieldsType {
  const fields = type.fields?.map((field) => ({
    ...field,
    directives: (field.directives ?? []).map((directive) =>
      isJoin(directive) ? map(directive, type.name.value, field.name.value) : directive,
    ),
  }));
  return { ...type, ...(fields && { fields }) };
}

/** Copies fields under their lifted names, without arguments. */
function withLiftedFields(type: FieldsType, { additions, isIdle }: Lifting): FieldsType {
  const added = additions.get(type.name.value);
  const { fields } = type;
  if (!added || !fields) return type;
  const copies = [...added].flatMap(([value, original]): FieldDefinitionNode[] => {
    const field = fields.find(({ name }) => name.value === original);
    if (!field) return [];
    const directives = (field.directives ?? []).filter(
      (directive) => !isDirective('inaccessible')(directive),
    );
    const { description: _, ...copy } = field;
    return [
      { ...copy, name: { kind: Kind.NAME, value }, arguments: [], directives: [...directives, inaccessible] },
    ];
  });
  // What is left without use would be refused: an `@external` field has to be named by some `@requires` or key.
  const kept = fields.map((field) => ({
    ...field,
    directives: (field.directives ?? []).filter(
      (directive) =>
        !isJoin(directive) ||
        argument(directive, 'external') !== true ||
        !isIdle(type.name.value, field.name.value, String(argument(directive, 'graph'))),
    ),
  }));
  return { ...type, fields: [...kept, ...copies] };
}
