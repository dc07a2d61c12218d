import type { FetchDataRewrite, FetchNode } from '@apollo/query-planner';
import {
  Kind,
  type OperationDefinitionNode,
  parse,
  parseType,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { ContextVariable } from './contexts.ts';
import type { Asked, Content, Group, Place } from './place.ts';
import { underConditions } from './requests.ts';

const named = (value: string) => ({ kind: Kind.NAME as const, value });
const setOf = (selections: readonly SelectionNode[]): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections,
});
const typename: SelectionNode = { kind: Kind.FIELD, name: named('__typename') };

/** The fetch of a group, for the subgraph to understand: with the variables that it uses, and no name. */
export function writeFetch(
  { subgraph, content, inputs, as, settles, contexts }: Group,
  { operation, variableDefinitions = [] }: Pick<OperationDefinitionNode, 'operation' | 'variableDefinitions'>,
  isNested: boolean,
): FetchNode {
  const outputRewrites: FetchDataRewrite[] = [];
  // A subgraph may call its root types by other names.
  const root = inputs ? undefined : [...content.keys()][0];
  const fields = selectionsOf(content, root, [], outputRewrites);
  const kind = inputs || isNested ? 'query' : operation;
  const settling: SelectionNode[] = settles === undefined ? [] : [fragmentOn(settles, [typename])];
  const selections = inputs ? [entities([...settling, ...fields])] : fields;
  const used = new Set<string>();
  visit(setOf(selections), { Variable: ({ name }) => void used.add(name.value) });
  const definitions = variableDefinitions.filter(({ variable }) => used.has(variable.name.value));
  const written = print({
    kind: Kind.OPERATION_DEFINITION,
    operation: kind as OperationDefinitionNode['operation'],
    variableDefinitions: [
      ...definitions,
      ...Array.from(contexts.values(), contextDefinition),
      ...(inputs ? [representations] : []),
    ],
    selectionSet: setOf(selections),
  });
  return {
    kind: 'Fetch',
    serviceName: subgraph,
    operation: stripIgnoredCharacters(written),
    operationName: undefined,
    operationKind: kind as FetchNode['operationKind'],
    variableUsages: definitions.map(({ variable }) => variable.name.value),
    ...(inputs && {
      requires: Array.from(inputs, ([typeCondition, selections]) => ({
        kind: 'InlineFragment' as const,
        typeCondition,
        selections,
      })),
    }),
    ...(as.size > 0 && {
      inputRewrites: Array.from(as, ([type, setValueTo]) => ({
        kind: 'ValueSetter' as const,
        path: [`... on ${type}`, '__typename'],
        setValueTo,
      })),
    }),
    ...(contexts.size > 0 && {
      contextRewrites: [...contexts.values()].flatMap(({ rewrites }) => rewrites),
    }),
    ...(outputRewrites.length > 0 && { outputRewrites }),
  };
}

const contextDefinition = ({ name, type }: ContextVariable): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: named(name) },
  type: parseType(type, { noLocation: true }),
});

const [template] = parse(
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { x } }',
  {
    noLocation: true,
  },
).definitions as [OperationDefinitionNode];
const [representations] = template.variableDefinitions as [
  NonNullable<OperationDefinitionNode['variableDefinitions']>[0],
];

const entities = (selections: readonly SelectionNode[]): SelectionNode => ({
  ...(template.selectionSet.selections[0] as SelectionNode & { kind: Kind.FIELD }),
  selectionSet: setOf(selections),
});

const fragmentOn = (type: string, selections: readonly SelectionNode[]): SelectionNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: named(type) },
  selectionSet: setOf(selections),
});

/**
 * What is asked of objects, by their types. A response name that stands for fields of several types, which the subgraph
 * may give in ways that do not go together, gets a name of its own for each but the first.
 * @param declared the type that they are of in the subgraph, where that is known
 * @param path to the objects, from where rewrites begin
 */
function selectionsOf(
  content: Content,
  declared: string | undefined,
  path: readonly string[],
  rewrites: FetchDataRewrite[],
): SelectionNode[] {
  const taken = new Map<string, string>();
  return [...content].flatMap(([type, fields]) => {
    const onType = content.size > 1 || type !== declared ? [...path, `... on ${type}`] : path;
    const selections = [...fields].flatMap(([alias, asked]) => {
      const shape = asked.below ? `${type} ${alias}` : asked.written;
      const isFree = (taken.get(alias) ?? shape) === shape;
      if (isFree) taken.set(alias, shape);
      const name = isFree ? alias : `__of_${type}_${alias}`;
      const field = fieldOf(asked, name, [...onType, name], rewrites);
      if (!isFree) rewrites.push({ kind: 'KeyRenamer', path: [...onType, name], renameKeyTo: alias });
      return field;
    });
    return type === declared ? selections : [fragmentOn(type, selections)];
  });
}

function fieldOf(
  { node, whens, below }: Asked,
  alias: string,
  path: readonly string[],
  rewrites: FetchDataRewrite[],
): SelectionNode[] {
  const { directives = [], name, arguments: args = [] } = node;
  const field: SelectionNode = {
    kind: Kind.FIELD,
    ...(alias !== name.value && { alias: named(alias) }),
    name,
    arguments: args,
    directives: directives.filter(({ name: { value } }) => value !== 'skip' && value !== 'include'),
    ...(below && { selectionSet: setOf(contentOf(below, path, rewrites)) }),
  };
  return underConditions(whens, [field]);
}

const contentOf = ({ base, declared }: Place, path: readonly string[], rewrites: FetchDataRewrite[]) => [
  typename,
  ...selectionsOf(base, declared, path, rewrites),
];
