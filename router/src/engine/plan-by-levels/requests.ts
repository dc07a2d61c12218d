import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** `@skip` and `@include` by variables, all of which let a selection through. */
export type Conditions = readonly DirectiveNode[];

/** A selection set, and on what it depends whether it counts. */
export type Selected = { set: SelectionSetNode; when: Conditions };

/** A field that is to be had of the objects of one type. */
export type Request = {
  alias: string;
  node: FieldNode;
  /** It is selected when one of these holds. */
  whens: readonly Conditions[];
  below: readonly Selected[];
};

/** What is selected of one type. */
export type Requests = {
  requests: Map<string, Request>;
  /** Where the fields are selected, in the order of the document. */
  places: { alias: string; when: Conditions }[];
  /** For an interface: when something is selected that depends on the type of the object. */
  undecided: Conditions[];
};

export type CollectTools = {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

/** What is selected of objects of a type, fields of one response name together, in the order of the document. */
export function collectRequests(
  type: string,
  selected: readonly Selected[],
  { schema, fragments }: CollectTools,
): Requests {
  const requests = new Map<string, Request>();
  const places: Requests['places'] = [];
  const undecided: Conditions[] = [];
  const known = schema.getType(type);
  for (const { set, when } of selected) collect(set, when);
  return { requests, places, undecided };

  function collect({ selections }: SelectionSetNode, outer: Conditions): void {
    for (const selection of selections) {
      const when = conditionsOf(selection, outer);
      if (!when) continue;
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value !== '__typename') add(selection, when);
        else if (isInterfaceType(known)) undecided.push(when);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!fragment) continue;
      if (applies(fragment.typeCondition?.name.value)) collect(fragment.selectionSet, when);
      else if (isInterfaceType(known)) undecided.push(when);
    }
  }

  function add(node: FieldNode, when: Conditions): void {
    const alias = (node.alias ?? node.name).value;
    places.push({ alias, when });
    const request = requests.get(alias) ?? { alias, node, whens: [], below: [] };
    const { selectionSet: set } = node;
    requests.set(alias, {
      ...request,
      whens: anyOf(request.whens, [when]),
      below: set ? [...request.below, { set, when }] : [],
    });
  }

  function applies(name: string | undefined): boolean {
    if (name === undefined || name === type) return true;
    const condition = schema.getType(name);
    return (
      isAbstractType(condition) &&
      (isObjectType(known) || isInterfaceType(known)) &&
      schema.isSubType(condition, known)
    );
  }
}

/** All conditions of a selection within others; undefined when it is never selected. */
function conditionsOf({ directives = [] }: SelectionNode, outer: Conditions): Conditions | undefined {
  const when = [...outer];
  for (const directive of directives) {
    const { name } = directive;
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = directive.arguments?.[0]?.value;
    if (value?.kind === Kind.BOOLEAN) {
      if (value.value !== (name.value === 'include')) return undefined;
    } else if (!when.some((known) => keyOf([known]) === keyOf([directive]))) when.push(directive);
  }
  return when;
}

const keyOf = (when: Conditions): string =>
  when
    .map(({ name, arguments: args }) => {
      const value = args?.[0]?.value;
      return `${name.value} ${value?.kind === Kind.VARIABLE ? value.name.value : ''}`;
    })
    .sort()
    .join();

/** Alternatives together, each once; one without conditions makes up for all others. */
export function anyOf(one: readonly Conditions[], other: readonly Conditions[]): readonly Conditions[] {
  const all = new Map([...one, ...other].map((when) => [keyOf(when), when]));
  return all.has('') ? [[]] : [...all.values()];
}

/** When one of `whens` holds, and none of `others` does. */
export function unless(whens: readonly Conditions[], others: readonly Conditions[]): readonly Conditions[] {
  let left = whens;
  for (const other of others) {
    const further = left.flatMap((when) => other.map((directive) => [...when, opposite(directive)]));
    left = anyOf(further.filter(isPossible), []);
  }
  return left;
}

const opposite = (directive: DirectiveNode): DirectiveNode => ({
  ...directive,
  name: { ...directive.name, value: directive.name.value === 'skip' ? 'include' : 'skip' },
});

const isPossible = (when: Conditions): boolean =>
  !when.some((one) => when.some((other) => keyOf([opposite(one)]) === keyOf([other])));

/** Fields as they are selected: in a fragment for each condition. */
export const underConditions = (
  whens: readonly Conditions[],
  selections: readonly SelectionNode[],
): SelectionNode[] =>
  whens.flatMap((when) =>
    when.reduceRight<readonly SelectionNode[]>(
      (inner, directive) => [
        {
          kind: Kind.INLINE_FRAGMENT,
          directives: [directive],
          selectionSet: { kind: Kind.SELECTION_SET, selections: inner },
        },
      ],
      selections,
    ),
  );

/** What a request of one type asks for, as a selection again. */
export function asSelected(type: string, { node, whens, below }: Request): Selected {
  const { selectionSet: _, directives = [], ...field } = node;
  const selections = below.flatMap(({ set, when }) => underConditions([when], set.selections));
  const whole: FieldNode = {
    ...field,
    directives: directives.filter(({ name }) => name.value !== 'skip' && name.value !== 'include'),
    ...(below.length > 0 && { selectionSet: { kind: Kind.SELECTION_SET, selections } }),
  };
  const fragment: SelectionNode = {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: underConditions(whens, [whole]) },
  };
  return { set: { kind: Kind.SELECTION_SET, selections: [fragment] }, when: [] };
}
