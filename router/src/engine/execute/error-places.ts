import type { GraphQLFormattedError } from 'graphql';
import type { ResponsePath } from './run.ts';

/**
 * Errors by their places in the response: a subgraph may send paths that are a million keys long, and a hundred thousand
 * errors at one place. No question takes longer than the path is, or than what it gives.
 */
export type ErrorPlaces = {
  add(error: GraphQLFormattedError): void;
  /** Some error at this place or below it. */
  within(path: ResponsePath): GraphQLFormattedError | undefined;
  /** All errors below this place. */
  below(path: ResponsePath): readonly GraphQLFormattedError[];
  /** Whether some error of a subgraph, of any where it is undefined, is on the way to this place or about everything. */
  isAround(path: ResponsePath, subgraph: string | undefined): boolean;
};

/** A place with those below it, the errors at it and whose they are, and the first error at it or below. */
type Place = {
  first: GraphQLFormattedError;
  here: GraphQLFormattedError[] | undefined;
  subgraphs: Set<unknown> | undefined;
  below: Map<string | number, Place> | undefined;
};

/**
 * A path of a million keys, 2 MB of an answer, took 440 MB. Who has more places has sent them to do harm, for no more than
 * 100,000 errors are taken: what is further down is taken for an error of the last place that there is.
 */
const mostPlaces = 500_000;

export function errorPlaces(errors: readonly GraphQLFormattedError[]): ErrorPlaces {
  let root: Place | undefined;
  let count = 0;
  const createPlace = (first: GraphQLFormattedError): Place => {
    count++;
    return { first, here: undefined, subgraphs: undefined, below: undefined };
  };
  const add = (error: GraphQLFormattedError) => {
    root ??= createPlace(error);
    let at = root;
    for (const key of error.path ?? []) {
      let next = at.below?.get(key);
      if (!next) {
        if (count === mostPlaces) break;
        next = createPlace(error);
        at.below ??= new Map();
        at.below.set(key, next);
      }
      at = next;
    }
    at.here ??= [];
    at.here.push(error);
    at.subgraphs ??= new Set();
    at.subgraphs.add(error.extensions?.['subgraph']);
  };
  for (const error of errors) add(error);

  function placeAt(path: ResponsePath): Place | undefined {
    let at: Place | undefined = root;
    for (const key of path) at = at?.below?.get(key);
    return at;
  }

  return {
    add,
    within: (path) => placeAt(path)?.first,
    below(path) {
      const found: GraphQLFormattedError[] = [];
      const open = [...(placeAt(path)?.below?.values() ?? [])];
      // It grows as it is read.
      for (const { here = [], below } of open) {
        for (const error of here) found.push(error);
        for (const place of below?.values() ?? []) open.push(place);
      }
      return found;
    },
    isAround(path, subgraph) {
      let at: Place | undefined = root;
      for (const key of path) {
        if (!at) return false;
        if (subgraph === undefined ? at.subgraphs : at.subgraphs?.has(subgraph)) return true;
        at = at.below?.get(key);
      }
      return false;
    },
  };
}
