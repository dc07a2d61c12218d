import { type FieldNode, type GraphQLError, locatedError } from 'graphql';

export type Container = Record<string | number, unknown>;
export type Key = string | number;

/** An object or list of the answer that is being filled, and where it hangs in its parent. */
export type Place = {
  readonly parent: Place | null;
  /** Its key in the parent's container. */
  readonly key: Key;
  readonly container: Container;
  /** Of the object that is filled; a list has none. */
  readonly typename: string | undefined;
  /** The parent cannot hold null in its stead. */
  readonly nonNull: boolean;
  /** An error has put null here or further up: what is still filled in, nobody will see. */
  dead: boolean;
};

/** One execution of a compiled operation. */
export type Run = {
  readonly context: unknown;
  readonly rootValue: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  data: Container | null;
  readonly errors: GraphQLError[];
  /** What must still come to an end, the synchronous part included. */
  pending: number;
  onSettled(): void;
};

/** What is known of a position of the answer before anything runs. */
export type Position = { readonly nonNull: boolean; readonly nodes: readonly FieldNode[] };

/** Resolves and completes the fields of a source into the object at `place`. */
export type RunFields = (source: unknown, place: Place, run: Run) => void;

/** Puts a value that a resolver gave into the answer. It throws what is wrong with the value as a whole. */
export type Complete = (value: unknown, place: Place, key: Key, run: Run) => void;

/**
 * "Handling Field Errors" of the specification: the error is reported and null goes to the nearest position that may
 * hold it. An error below a position that is null already is dropped, as graphql-js does.
 */
export function fail(run: Run, error: unknown, place: Place, key: Key, { nonNull, nodes }: Position): void {
  for (let above: Place | null = place; above; above = above.parent) if (above.dead) return;
  run.errors.push(locatedError(error, nodes, pathOf(place, key)));
  if (!nonNull) {
    place.container[key] = null;
    return;
  }
  let nulled = place;
  nulled.dead = true;
  while (nulled.nonNull && nulled.parent) {
    nulled = nulled.parent;
    nulled.dead = true;
  }
  if (nulled.parent) nulled.parent.container[nulled.key] = null;
  else run.data = null;
}

/** The response path of a position. */
export function pathOf(place: Place, key: Key): Key[] {
  const path = [key];
  for (let above = place; above.parent; above = above.parent) path.push(above.key);
  return path.reverse();
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** Completes a value that is not there yet. Its key is taken at once, so that fields stay in the order asked for. */
export function completeLater(
  promise: PromiseLike<unknown>,
  complete: Complete,
  place: Place,
  key: Key,
  run: Run,
  position: Position,
): void {
  place.container[key] = null;
  run.pending++;
  // Promise.resolve: a foreign thenable might call back twice, or at once.
  Promise.resolve(promise).then(
    (value) => {
      try {
        complete(value, place, key, run);
      } catch (error) {
        fail(run, error, place, key, position);
      }
      settle(run);
    },
    (error) => {
      fail(run, error, place, key, position);
      settle(run);
    },
  );
}

export function settle(run: Run): void {
  if (--run.pending === 0) run.onSettled();
}
