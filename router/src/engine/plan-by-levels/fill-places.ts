import { type FieldNode, type GraphQLSchema, isAbstractType, type SelectionSetNode } from 'graphql';
import { contextVariable, settingOf, withContexts } from './contexts.ts';
import { argumentsIn, asAsked, asHeld, representation, typename } from './inputs.ts';
import type { JoinFacts } from './join-facts.ts';
import {
  type Asked,
  type Content,
  emptyPlace,
  type Group,
  isEmpty,
  type Place,
  pathBelow,
  type Start,
} from './place.ts';
import { createReach, type FieldWay, type Origin, type Way } from './reach.ts';
import {
  anyOf,
  asSelected,
  type CollectTools,
  type Conditions,
  collectRequests,
  type Request,
  type Selected,
  unless,
} from './requests.ts';

/** Distributes selections over fetches. It gives what the objects cannot be asked for where they come from. */
export type Fill = (place: Place, selected: readonly Selected[]) => readonly Selected[];

export function createFill(facts: JoinFacts, schema: GraphQLSchema, tools: CollectTools): Fill {
  const { reach, entry } = createReach(facts, schema);
  return fill;

  function fill(place: Place, selected: readonly Selected[]): readonly Selected[] {
    if (place.isUnsettled) return fillUnsettled(place, selected);
    return place.types.flatMap((type) =>
      fillType(place, type, startAt(place, type), collectRequests(type, selected, tools).requests.values()),
    );
  }

  function fillType(place: Place, type: string, start: Start, requests: Iterable<Request>): Selected[] {
    return [...requests].flatMap((request) => {
      const left = need(place, start, request);
      return left ? [asSelected(type, left)] : [];
    });
  }

  /**
   * Objects whose own type their subgraph does not know. What it has of all of them it is asked for at once; for anything
   * else another one has to say first which they are.
   */
  function fillUnsettled(place: Place, selected: readonly Selected[]): readonly Selected[] {
    const { requests, undecided } = collectRequests(place.declared, selected, tools);
    const start = startAt(place, place.declared);
    const kept: Request[] = [];
    for (const request of requests.values()) {
      const left = need(place, start, request, ({ level }) => level === 0);
      if (left) kept.push(left);
    }
    const done = new Set([...requests.keys()].filter((alias) => !kept.some((left) => left.alias === alias)));
    /** Whether fragments on a type add something to a field that is asked of all objects. */
    const isMore = ({ alias, below, whens }: Request) => {
      const decided = requests.get(alias);
      return below.length !== decided?.below.length || unless(whens, decided.whens).length > 0;
    };
    const whens = kept.reduce((all, { whens }) => anyOf(all, whens), anyOf([], undecided));
    if (whens.length === 0) return [];
    const settling = settle(place, start, whens);
    if (!settling) return selected;
    return facts.possible(settling.subgraph, place.declared).flatMap((type) => {
      const { requests } = collectRequests(type, selected, tools);
      const origin: Origin = { type, subgraph: settling.subgraph, provided: [] };
      const settled = { origin, content: settling.content, level: settling.level };
      const wanted = [...requests.values()].filter((request) => !done.has(request.alias) || isMore(request));
      return fillType(place, type, settled, wanted);
    });
  }

  /** Asks the nearest subgraph that has the interface as one for the types of objects. */
  function settle(place: Place, start: Start, whens: readonly Conditions[]): Group | undefined {
    const { declared } = place;
    const ways = facts.subgraphs.flatMap((subgraph) =>
      facts.isInterfaceObject(subgraph, declared) ? [] : (entry(start.origin, subgraph) ?? []),
    );
    const [way] = ways.sort((one, other) => one.level - other.level);
    if (!way) return undefined;
    const group = enter(place, start, way, whens, undefined);
    group.settles = declared;
    return group;
  }

  /**
   * Has a field asked for, at the subgraph that is reached first; what that does not have of it, at the next.
   * @param isAllowed the ways to look at. @default all
   * @returns what nobody has
   */
  function need(
    place: Place,
    start: Start,
    request: Request,
    isAllowed: (way: FieldWay) => boolean = () => true,
  ): Request | undefined {
    // Introspection, and names of types, which are asked for everywhere.
    if (request.node.name.value.startsWith('__')) return undefined;
    let wanted = request;
    for (const way of inOrder(place, start, request.node.name.value)) {
      if (!isAllowed(way)) continue;
      const left = ask(place, start, way, wanted);
      if (!left) return undefined;
      wanted = { ...wanted, below: left };
    }
    return wanted;
  }

  /** Those of one level by what is asked for already; a subgraph that has no type of an interface comes last. */
  function inOrder(place: Place, { origin }: Start, field: string): FieldWay[] {
    const cost = ({ subgraph, level, join }: FieldWay) => {
      const isKnown = level === 0 || place.groups.some((group) => group.subgraph === subgraph);
      const isVain =
        isAbstractType(schema.getType(join.type)) && facts.possible(subgraph, join.type).length === 0;
      return (
        2 * level + (isKnown ? 0 : 1) + (isVain && !facts.isInterfaceObject(subgraph, join.type) ? 1_000 : 0)
      );
    };
    return [...reach(origin, field)].sort((one, other) => cost(one) - cost(other));
  }

  /** @returns what the subgraph does not have of the field: nothing as a rule */
  function ask(
    place: Place,
    start: Start,
    way: FieldWay,
    { node, alias, whens, below }: Request,
  ): readonly Selected[] | undefined {
    const { join, subgraph, provided } = way;
    const isLeaf = node.selectionSet === undefined;
    const inner = isLeaf
      ? undefined
      : (contentAt(place, start, way)?.get(way.as)?.get(alias)?.below ??
        emptyPlace({
          path: pathBelow(place, start.origin.type, alias, join.written),
          subgraph,
          declared: join.type,
          types: facts.possible(subgraph, join.type),
          isUnsettled: facts.isInterfaceObject(subgraph, join.type),
          provided,
          around: { place, start, way },
        }));
    const left = inner ? fill(inner, below) : [];
    if (inner && left.length > 0 && isEmpty(inner)) return left;
    const group = way.level === 0 ? undefined : enter(place, start, way, whens, join.requires);
    const own = group && join.contexts.length > 0 ? withContext(place, group, way, { node, whens }) : node;
    const asked = { node: own, whens, written: join.written, below: inner };
    add(group?.content ?? start.content, way.as, alias, asked);
    return left.length > 0 ? left : undefined;
  }

  /** The field with the arguments that come from objects around: these are asked for the values in time. */
  function withContext(
    place: Place,
    group: Group,
    way: FieldWay,
    { node, whens }: Pick<Request, 'node' | 'whens'>,
  ): FieldNode {
    const variables = way.join.contexts.map((context) => {
      const found = settingOf(place, context.context, facts);
      if (!found) throw new Error(`nothing around sets the context of ${node.name.value}`);
      const { place: around, start, way: inside } = found.setting;
      const selected = whens.map((when) => ({ set: asAsked(context.selection), when }));
      const isInTime = (way: FieldWay) =>
        way.level < inside.level || contentId(start, way) === contentId(start, inside);
      for (const request of collectRequests(start.origin.type, selected, tools).requests.values())
        if (need(around, start, request, isInTime))
          throw new Error(`no subgraph has the context of ${node.name.value} in time`);
      const variable = contextVariable(context, `${way.as}_${node.name.value}`, found, schema);
      group.contexts.set(variable.name, variable);
      return variable;
    });
    return withContexts(node, way.join.contexts, variables);
  }

  /** What is asked for at that subgraph already. */
  function contentAt(place: Place, start: Start, way: FieldWay): Content | undefined {
    if (way.level === 0) return start.content;
    return place.groups.find(({ id }) => id === idOf(start, way, way.join.requires))?.content;
  }

  /** The fetch for objects of a type, with all that it takes; when these conditions hold. */
  function enter(
    place: Place,
    start: Start,
    way: Way,
    whens: readonly Conditions[],
    requires: SelectionSetNode | undefined,
  ): Group {
    const { type } = start.origin;
    const sets = [...(way.key ? [way.key] : []), ...(requires ? [requires] : [])];
    for (const set of sets) {
      const selected = whens.map((when) => ({ set: asAsked(set), when }));
      for (const request of collectRequests(type, selected, tools).requests.values())
        if (need(place, start, request))
          throw new Error(`no subgraph has all that ${way.as} is told apart by`);
    }
    const id = idOf(start, way, requires);
    let group = place.groups.find((known) => known.id === id);
    if (!group) {
      const inputs = way.key && new Map<string, QueryPlanInputs>();
      const level = start.level + way.level;
      group = {
        id,
        subgraph: way.subgraph,
        level,
        content: new Map(),
        inputs,
        as: new Map(),
        settles: undefined,
        contexts: new Map(),
      };
      place.groups.push(group);
    }
    if (way.as !== type) group.as.set(type, way.as);
    if (group.inputs) {
      const inputs = [
        ...(group.inputs.get(type) ?? [typename]),
        ...sets.flatMap((set) => representation(asHeld(set))),
      ];
      group.inputs.set(type, [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()]);
    }
    return group;
  }
}

type QueryPlanInputs = ReturnType<typeof representation>;

/** Representations hold a field once, and an object of one type may pass for another only where all do. */
const idOf = ({ origin, level }: Start, way: Way, requires: SelectionSetNode | undefined): string =>
  JSON.stringify([
    way.subgraph,
    level + way.level,
    way.as === origin.type ? '' : origin.type,
    requires ? argumentsIn(requires).sort() : [],
  ]);

const contentId = (start: Start, way: FieldWay): string =>
  way.level === 0 ? 'together' : idOf(start, way, way.join.requires);

const startAt = ({ subgraph, provided, base }: Place, type: string): Start => ({
  origin: { type, subgraph, provided },
  content: base,
  level: 0,
});

function add(content: Content, type: string, alias: string, asked: Asked): void {
  const fields = content.get(type) ?? new Map<string, Asked>();
  const known = fields.get(alias);
  fields.set(alias, known ? { ...known, whens: anyOf(known.whens, asked.whens) } : asked);
  content.set(type, fields);
}
