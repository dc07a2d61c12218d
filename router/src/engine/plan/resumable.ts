import type { FetchNode } from '@apollo/query-planner';
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  GraphQLNonNull,
  type GraphQLSchema,
  GraphQLString,
  getNullableType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  valueFromAST,
  visit,
} from 'graphql';
import type { Result, Variables } from '../engine.ts';
import { collectFields, fragmentsOf } from '../execute/collect-fields.ts';
import { type Data, getOwn, isData } from '../execute/own.ts';
import type { GivesField } from './field-owners.ts';
import { freeName } from './variable-names.ts';

/** A source of events that can be resumed. */
export type Resumable = {
  /** The operation that starts the stream: it asks for the cursor of each event, and takes where to begin. */
  primary: FetchNode;
  /** The variable of `primary` that says after which event to begin. */
  variable: string;
  /** The client's variables without those that say nothing but where to begin. */
  withoutPosition(variables: Variables): Variables;
  /** After which event the client wants to begin; undefined for from now on. @param variables coerced */
  initial(variables: Variables): string | undefined;
  /** The cursor of an event; undefined where it brought none. */
  cursorOf(event: Result): string | undefined;
};

/**
 * Makes the source of a subscription resumable, when its root field takes `after: String` and gives an object with
 * `cursor: String!`: whatever the client wrote, the position is a variable of its own and the cursor is selected. That
 * is all there is to declare; undefined for any other field.
 */
export function resumable(
  primary: FetchNode,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  { schema, givesField }: { schema: GraphQLSchema; givesField: GivesField },
): Resumable | undefined {
  const found = rootField(operation, document, schema);
  if (!found || !givesField(primary.serviceName, found.payload, 'cursor')) return undefined;
  const { responseName, after } = found;

  const source = parse(primary.operation, { noLocation: true });
  const variable = freeName('__after', new Set(primary.variableUsages));
  const alias = freeName('__cursor', namesBelowRoot(source));
  const rewritten = withPosition(source, variable, alias);
  const { variableUsages = [] } = primary;
  const dropped = variableUsages.filter((name) => !usesOf(rewritten).has(name));
  const onlyPosition =
    after?.kind === Kind.VARIABLE && count(document, after.name.value) === 1 ? after.name.value : undefined;

  return {
    primary: {
      ...primary,
      operation: stripIgnoredCharacters(print(withoutDefinitions(rewritten, dropped))),
      variableUsages: variableUsages.filter((name) => !dropped.includes(name)),
    },
    variable,
    withoutPosition: (variables) =>
      onlyPosition === undefined ? variables : without(variables, onlyPosition),
    initial(variables) {
      const value: unknown = after && valueFromAST(after, GraphQLString, variables);
      return typeof value === 'string' ? value : undefined;
    },
    cursorOf({ data }) {
      const payload = isData(data) ? getOwn(data, responseName) : undefined;
      const cursor = isData(payload) ? getOwn(payload, alias) : undefined;
      return typeof cursor === 'string' ? cursor : undefined;
    },
  };
}

function rootField(operation: OperationDefinitionNode, document: DocumentNode, schema: GraphQLSchema) {
  const root = schema.getSubscriptionType();
  if (!root) return undefined;
  const selected = [{ selectionSet: operation.selectionSet, when: undefined }];
  const { occurrences } = collectFields(root, selected, { schema, fragments: fragmentsOf(document) });
  const [first] = occurrences;
  const node = first?.[1][0]?.node;
  const field = node && root.getFields()[node.name.value];
  if (!field || !first) return undefined;
  const payload = getNullableType(field.type);
  if (!isObjectType(payload) && !isInterfaceType(payload)) return undefined;
  const cursor = payload.getFields()['cursor']?.type;
  const isCursor = cursor instanceof GraphQLNonNull && cursor.ofType === GraphQLString;
  if (!isCursor || field.args.find(({ name }) => name === 'after')?.type !== GraphQLString) return undefined;
  const after = node.arguments?.find(({ name }) => name.value === 'after')?.value;
  return { responseName: first[0], payload: payload.name, after };
}

const named = <Value extends string>(value: Value) => ({ kind: Kind.NAME as const, value });

function withPosition(source: DocumentNode, variable: string, alias: string): DocumentNode {
  const reference = { kind: Kind.VARIABLE as const, name: named(variable) };
  const after: ArgumentNode = { kind: Kind.ARGUMENT, name: named('after'), value: reference };
  const cursor: FieldNode = { kind: Kind.FIELD, alias: named(alias), name: named('cursor') };
  const definition: VariableDefinitionNode = {
    kind: Kind.VARIABLE_DEFINITION,
    variable: reference,
    type: { kind: Kind.NAMED_TYPE, name: named('String') },
  };
  const rootSet = ({ selections, ...set }: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: selections.map((selection) =>
      selection.kind === Kind.INLINE_FRAGMENT
        ? { ...selection, selectionSet: rootSet(selection.selectionSet) }
        : selection.kind === Kind.FIELD && selection.selectionSet
          ? {
              ...selection,
              arguments: [...(selection.arguments ?? []).filter(({ name }) => name.value !== 'after'), after],
              selectionSet: {
                ...selection.selectionSet,
                selections: [...selection.selectionSet.selections, cursor],
              },
            }
          : selection,
    ),
  });
  return visit(source, {
    OperationDefinition: (node) => ({
      ...node,
      variableDefinitions: [...(node.variableDefinitions ?? []), definition],
      selectionSet: rootSet(node.selectionSet),
    }),
  });
}

/** Every response name of the document: one that is none of them is free at any place. */
function namesBelowRoot(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, { Field: ({ alias, name }) => void names.add((alias ?? name).value) });
  return names;
}

/** The variables that are used, apart from being declared. */
function usesOf(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, { VariableDefinition: () => false, Variable: ({ name }) => void names.add(name.value) });
  return names;
}

function count(document: DocumentNode, variable: string): number {
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }) {
      if (name.value === variable) uses++;
    },
  });
  return uses;
}

const withoutDefinitions = (document: DocumentNode, names: readonly string[]): DocumentNode =>
  visit(document, {
    VariableDefinition: ({ variable }) => (names.includes(variable.name.value) ? null : undefined),
  });

function without(variables: Variables, name: string): Variables {
  const { [name]: _position, ...others } = variables as Data;
  return others;
}
