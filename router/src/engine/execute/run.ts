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
  /** The subgraph that the value at a place was to come from. */
  giver(place: ResponsePath): string | undefined;
  /** Objects that lack fields because a fetch for them failed, which `errors` says already. */
  bereft: Set<object>;
  /** The subgraphs that do not know an entity: what they were to give of it is null, which is no mistake. */
  strangers: Map<object, Set<string>>;
  /** Errors of inputs, and of the fields that lost their value with these. Clients see them where they selected the field. */
  spoiling: Map<GraphQLFormattedError, 'input' | 'field'>;
};

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
