import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

/** A type of the supergraph that has fields. */
export type FieldsType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export const isFieldsType = (definition: DefinitionNode): definition is FieldsType =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;

export function mapFieldsTypes(document: DocumentNode, map: (type: FieldsType) => FieldsType): DocumentNode {
  const definitions = document.definitions.map((definition) =>
    isFieldsType(definition) ? map(definition) : definition,
  );
  return { ...document, definitions };
}

export const isDirective =
  (name: string) =>
  (directive: ConstDirectiveNode): boolean =>
    directive.name.value === name;

/** An argument that is a name, text or Boolean. */
export function argument(directive: DirectiveNode, name: string): string | boolean | undefined {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value;
  return value && 'value' in value ? value.value : undefined;
}

export const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);

/** The text of a key or a `@requires` as a selection set. */
export function fieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`"${text}" is no field set`);
  return definition.selectionSet;
}

/** Names of subgraphs, by the enum values that stand for them in a supergraph. */
export function subgraphNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const graphs = definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map(({ name, directives = [] }) => {
      const join = directives.find(isDirective('join__graph'));
      return [name.value, String((join && argument(join, 'name')) ?? name.value)];
    }),
  );
}

/** The interfaces that some subgraphs know as an object type, and which these are. */
export function interfaceObjects(supergraph: DocumentNode): ReadonlyMap<string, ReadonlySet<string>> {
  const subgraphs = subgraphNames(supergraph);
  const found = new Map<string, ReadonlySet<string>>();
  for (const { name, directives = [] } of supergraph.definitions.filter(isFieldsType)) {
    const joins = directives
      .filter(isDirective('join__type'))
      .filter((join) => argument(join, 'isInterfaceObject') === true);
    const at = joins.map((join) => subgraphs.get(String(argument(join, 'graph'))) ?? '');
    if (at.length > 0) found.set(name.value, new Set(at));
  }
  return found;
}
