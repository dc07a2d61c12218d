import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { FieldNode } from 'graphql';
import type { ContextVariable } from './contexts.ts';
import type { FieldWay, Origin, Provided } from './reach.ts';
import type { Conditions } from './requests.ts';

/** A place of the response, and what is asked for there. It has at least one object, or none at all. */
export type Place = {
  /** As in a plan: response names, and `@` for items of lists. */
  path: readonly string[];
  /** What gives the objects; undefined at the root. */
  subgraph: string | undefined;
  /** The type that the subgraph declares them as. */
  declared: string;
  /** Of which types they may be. */
  types: readonly string[];
  /** An interface that is an object to the subgraph: which of its types they are of is found out first. */
  isUnsettled: boolean;
  provided: Provided;
  /** The objects that have these, and how they are asked for them; undefined at the root. */
  around: Setting | undefined;
  /** Asked for together with the objects. */
  base: Content;
  /** Fetches for these objects. */
  groups: Group[];
};

/** Where a way begins: what is asked for there, and after how many levels it is known. */
export type Start = { origin: Origin; content: Content; level: number };

/** A field of objects at a place that other objects stand in. */
export type Setting = { place: Place; start: Start; way: FieldWay };

/** What one fetch asks of the objects at one place: fields by type and response name. */
export type Content = Map<string, Map<string, Asked>>;

export type Asked = {
  node: FieldNode;
  whens: readonly Conditions[];
  /** The type of the field as the subgraph writes it. */
  written: string;
  below: Place | undefined;
};

export type Group = {
  /** Those that ask for the same under the same circumstances are one. */
  id: string;
  subgraph: string;
  level: number;
  content: Content;
  /** What representations are made of, by the type of the object; undefined for a root type. */
  inputs: Map<string, QueryPlanSelectionNode[]> | undefined;
  /** The type that objects are to pass for, where it is not their own. */
  as: Map<string, string>;
  /** The interface whose objects it is to tell the types of. */
  settles: string | undefined;
  contexts: Map<string, ContextVariable>;
};

export const emptyPlace = (
  place: Pick<Place, 'path' | 'subgraph' | 'declared' | 'types' | 'isUnsettled' | 'provided' | 'around'>,
): Place => ({ ...place, base: new Map(), groups: [] });

export const isEmpty = ({ base, groups }: Place): boolean => base.size === 0 && groups.length === 0;

/** Where objects below a field are, for objects of one type of this place. */
export function pathBelow(
  { path, types, declared, isUnsettled }: Place,
  type: string,
  responseName: string,
  written: string,
): readonly string[] {
  const last = path.at(-1);
  const isNarrow = last !== undefined && (isUnsettled ? type !== declared : types.length > 1);
  const here = isNarrow ? [...path.slice(0, -1), `${last}|[${type}]`] : path;
  return [...here, responseName, ...Array<string>(written.split('[').length - 1).fill('@')];
}
