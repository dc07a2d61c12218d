import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext, Variables } from '../engine.ts';
import type { Data } from './own.ts';

/** One execution of one operation, on its way from the first fetch to the shaped response. */
export type Run = {
  /** Coerced. */
  variables: Variables;
  context: RequestContext;
  /** How many executions of the same operation are under way, this one among them. */
  traffic: Readonly<Traffic>;
  /** What subgraphs have answered so far, merged: the response with all that fetches need besides. */
  data: Data;
  errors: GraphQLFormattedError[];
  /** The subgraph that the value at a place was to come from. @param before a fetch that needs it */
  giver(place: ResponsePath, before?: FetchNode): string | undefined;
  /** The subgraphs of which a fetch for an object failed, which `errors` says already. */
  bereft: Map<object, Set<string>>;
  /** The subgraphs that do not know an entity: what they were to give of it is null, which is no mistake. */
  strangers: Map<object, Set<string>>;
  /** The fields of an object, by response name, that nobody could be asked for. Where it is a mistake, `errors` says so. */
  notAsked: Map<object, Set<string>>;
  /** Errors of inputs, and of the fields that lost their value with these. Clients see them where they selected the field. */
  spoiling: Map<GraphQLFormattedError, Spoiling>;
};

/** An error of a field that lost its value, or of an input: of an entity at a place of so many keys. */
export type Spoiling = 'field' | { inputBelow: number };

/** Notes something of an object. */
export function note(names: Map<object, Set<string>>, object: object, name: string): void {
  const known = names.get(object);
  if (known) known.add(name);
  else names.set(object, new Set([name]));
}

/**
 * Beyond so many errors no more are taken from subgraphs: each may be about an entity in a thousand places, so that an
 * answer of a megabyte could say millions.
 */
export const mostErrors = 100_000;

/** Shared by all executions of one operation. */
export type Traffic = { underWay: number };

/** A part of a plan, compiled. It never rejects; `undefined` means that there was nothing to wait for. */
export type Step = (run: Run) => Promise<void> | undefined;

/** Where something is in the response. */
export type ResponsePath = readonly (string | number)[];
