import type { GraphQLFormattedError } from 'graphql';
import type { ResponsePath } from './run.ts';

/** Errors by their places in the response: a subgraph may send paths that are thousands of keys long. */
export type ErrorPlaces = {
  add(error: GraphQLFormattedError): void;
  /** Some error at this place or below it. */
  within(path: ResponsePath): GraphQLFormattedError | undefined;
  /** All errors on the way to this place; those without a path are about everything. */
  around(path: ResponsePath): readonly GraphQLFormattedError[];
};

/** A place with those below it, the errors at it, and the first error at it or below. */
type Place = {
  first: GraphQLFormattedError | undefined;
  here: GraphQLFormattedError[];
  below: Map<string | number, Place>;
};

const createPlace = (): Place => ({ first: undefined, here: [], below: new Map() });

export function errorPlaces(errors: readonly GraphQLFormattedError[]): ErrorPlaces {
  const root = createPlace();
  const add = (error: GraphQLFormattedError) => {
    let at = root;
    at.first ??= error;
    for (const key of error.path ?? []) {
      const next = at.below.get(key) ?? createPlace();
      at.below.set(key, next);
      at = next;
      at.first ??= error;
    }
    at.here.push(error);
  };
  for (const error of errors) add(error);
  return {
    add,
    within(path) {
      let at: Place | undefined = root;
      for (const key of path) at = at?.below.get(key);
      return at?.first;
    },
    around(path) {
      const found = [...root.here];
      let at: Place | undefined = root;
      for (const key of path.slice(0, -1)) {
        at = at?.below.get(key);
        if (at) found.push(...at.here);
      }
      return found;
    },
  };
}
