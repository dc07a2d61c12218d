import { type GraphQLSchema, isAbstractType, isObjectType, Kind, type SelectionSetNode } from 'graphql';
import type { FieldJoin, JoinFacts } from './join-facts.ts';

/** What a subgraph provides of an object beside what it has itself. */
export type Provided = readonly SelectionSetNode[];

/** How a subgraph can be asked for an object that another one gave. */
export type Way = {
  subgraph: string;
  /** So many fetches come before, one after the other; 0 for the subgraph that gave it. */
  level: number;
  /** What it is to be told of the object; undefined where nothing is: for root types, and at level 0. */
  key: SelectionSetNode | undefined;
  /** The type that it knows the object as: its own, or an interface that is an object to that subgraph. */
  as: string;
};

/** A way to a field: what the field requires has to be there before. */
export type FieldWay = Way & { join: FieldJoin; provided: Provided };

/** The ways to a field of a type, from an object that a subgraph gave; the shortest first. */
export type Reach = (origin: Origin, field: string) => readonly FieldWay[];

export type Origin = {
  /** The object's own type, or an interface that is an object to the subgraph. */
  type: string;
  /** Undefined at the root. */
  subgraph: string | undefined;
  provided: Provided;
};

type Known = { ways: Map<string, Way>; consumers: Map<string, Way> };

/**
 * Finds the ways by levels: what is known at one level says which subgraphs can be asked, and which fields with a
 * `@requires` resolved, at the next.
 */
export function createReach(
  facts: JoinFacts,
  schema: GraphQLSchema,
): {
  reach: Reach;
  /** The way to a subgraph, whatever is wanted of it. */
  entry: (origin: Origin, subgraph: string) => Way | undefined;
} {
  const all = new Map<string, Known>();
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);

  function reach(origin: Origin, field: string): FieldWay[] {
    const { ways, consumers } = knownOf(origin);
    return [...ways.values()]
      .flatMap((way): FieldWay[] => {
        const join = facts.field(way.subgraph, way.as, field);
        const provided = way.level === 0 ? origin.provided : [];
        if (!join || (join.isExternal && !names(provided, origin.type, field))) return [];
        const isRequiring = (join.requires || join.contexts.length > 0) && !join.isExternal;
        const real = isRequiring ? consumers.get(`${way.subgraph} ${field}`) : way;
        return real ? [{ ...real, join, provided: providedBelow(provided, origin.type, field, join) }] : [];
      })
      .sort((one, other) => one.level - other.level);
  }

  /** The way to a subgraph, whatever is wanted of it. */
  function entry(origin: Origin, subgraph: string): Way | undefined {
    return knownOf(origin).ways.get(subgraph);
  }

  function knownOf(origin: Origin): Known {
    const { type, subgraph } = origin;
    const id = JSON.stringify([type, subgraph, origin.provided]);
    const before = all.get(id);
    if (before) return before;
    const known: Known = { ways: new Map(), consumers: new Map() };
    // A type whose key goes through itself finds what is known so far.
    all.set(id, known);
    if (subgraph !== undefined) known.ways.set(subgraph, { subgraph, level: 0, key: undefined, as: type });
    for (let level = 1, grows = true; grows; level++) grows = grow(known, origin, level);
    return known;
  }

  function grow({ ways, consumers }: Known, origin: Origin, level: number): boolean {
    const foundWays: Way[] = [];
    const foundConsumers: [string, Way][] = [];
    const isThere = (set: SelectionSetNode) => levelOf(origin, set) < level;
    for (const subgraph of facts.subgraphs)
      for (const as of typesAt(subgraph, origin.type)) {
        const isRoot = roots.has(schema.getType(as) as never);
        const key = facts.keys(subgraph, as).find(isThere);
        if (!isRoot && !key) continue;
        const way: Way = { subgraph, level, key, as };
        if (!ways.has(subgraph) && !foundWays.some((found) => found.subgraph === subgraph))
          foundWays.push(way);
        for (const field of fieldsOf(origin.type)) {
          const join = facts.field(subgraph, as, field);
          const place = `${subgraph} ${field}`;
          if (!join || (!join.requires && join.contexts.length === 0) || consumers.has(place)) continue;
          if (!join.requires || isThere(join.requires)) foundConsumers.push([place, way]);
        }
      }
    for (const way of foundWays) ways.set(way.subgraph, way);
    for (const [place, way] of foundConsumers) consumers.set(place, way);
    return foundWays.length + foundConsumers.length > 0;
  }

  /** The level at which all fields of a set are there; Infinity where they are not yet. */
  function levelOf(origin: Origin, { selections }: SelectionSetNode): number {
    let level = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (covers(schema, selection.typeCondition?.name.value, origin.type))
          level = Math.max(level, levelOf(origin, selection.selectionSet));
        continue;
      }
      const { name, selectionSet } = selection;
      if (name.value === '__typename') continue;
      const way = reach(origin, name.value).find(
        ({ subgraph, join, provided }) =>
          !selectionSet ||
          facts
            .possible(subgraph, join.type)
            .every((type) => levelOf({ type, subgraph, provided }, selectionSet) < Number.POSITIVE_INFINITY),
      );
      level = Math.max(level, way?.level ?? Number.POSITIVE_INFINITY);
    }
    return level;
  }

  /** Under which names a subgraph may be asked for an object of this type. */
  function typesAt(subgraph: string, type: string): readonly string[] {
    if (facts.hasType(subgraph, type)) return [type];
    return facts.interfacesOf(type).filter((name) => facts.isInterfaceObject(subgraph, name));
  }

  function fieldsOf(type: string): readonly string[] {
    const known = schema.getType(type);
    return known && 'getFields' in known ? Object.keys(known.getFields()) : [];
  }

  const names = (provided: Provided, type: string, field: string) =>
    provided.some((set) => select(set, type, field).length > 0);

  function providedBelow(provided: Provided, type: string, field: string, { provides }: FieldJoin): Provided {
    const below = provided.flatMap((set) => select(set, type, field));
    return [...below, ...(provides ? [provides] : [])].filter(({ selections }) => selections.length > 0);
  }

  /** What a set selects below a field of an object of this type. */
  function select({ selections }: SelectionSetNode, type: string, field: string): SelectionSetNode[] {
    return selections.flatMap((selection): SelectionSetNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return covers(schema, selection.typeCondition?.name.value, type)
          ? select(selection.selectionSet, type, field)
          : [];
      if (selection.name.value !== field) return [];
      return [selection.selectionSet ?? { kind: Kind.SELECTION_SET, selections: [] }];
    });
  }

  return { reach, entry };
}

/** Whether a fragment on `condition` applies to every object of this type. */
export function covers(schema: GraphQLSchema, condition: string | undefined, type: string): boolean {
  if (condition === undefined || condition === type) return true;
  const [wide, narrow] = [schema.getType(condition), schema.getType(type)];
  return isAbstractType(wide) && isObjectType(narrow) && schema.isSubType(wide, narrow);
}
