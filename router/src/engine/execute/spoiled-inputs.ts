import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLFormattedError, SelectionSetNode } from 'graphql';
import { clientName, freeAlias } from '../plan/free-aliases.ts';
import type { Condition } from './conditions.ts';
import type { ErrorPlaces } from './error-places.ts';
import type { Located } from './fetch-path.ts';
import { type Data, getOwn, isData } from './own.ts';
import type { ResponsePath, Spoiling } from './run.ts';

/** A field with a `@requires`: its key in the fetch, its response name, and what it asks for, as plans have it too. */
export type Consumer = {
  key: string;
  responseName: string;
  set: SelectionSetNode;
  inputs: readonly QueryPlanSelectionNode[];
  /** Whether the operation selects it. */
  when: Condition | undefined;
};

/** What failed inputs did: the fields that lost their value, errors that say so at their places, and why. */
type Spoiled = {
  keys: readonly string[];
  errors: readonly GraphQLFormattedError[];
  causes: readonly GraphQLFormattedError[];
};

/**
 * Finds, by the errors so far, the fields whose inputs are null because they failed. From such a null the subgraph would
 * make up a value that looks right.
 */
export function spoiledBy(
  places: Pick<ErrorPlaces, 'below'>,
  { object, path }: Located,
  consumers: readonly Consumer[],
): Spoiled {
  const below = places.below(path);
  const spoiled = consumers.flatMap(({ key, responseName, set }) => {
    const causes = below.filter((error) =>
      isAmong(untilNull(error.path?.slice(path.length) ?? [], object), set),
    );
    // One error is enough for a field, however many of its inputs failed.
    const [first] = causes;
    return first ? [{ key, causes, error: { ...first, path: [...path, responseName] } }] : [];
  });
  return {
    keys: spoiled.map(({ key }) => key),
    errors: spoiled.map(({ error }) => error),
    causes: spoiled.flatMap(({ causes }) => causes),
  };
}

/** A null takes the place of an object in which something must not be null, whether that is an input or not. */
function untilNull(path: ResponsePath, object: Data): ResponsePath {
  let value: unknown = object;
  for (const [at, key] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, at);
    value = isData(value)
      ? getOwn(value, String(key))
      : Array.isArray(value)
        ? value[Number(key)]
        : undefined;
  }
  return path;
}

/** Whether a place below an entity is one of its inputs, within one, or around one. */
function isAmong([key, ...rest]: ResponsePath, { selections }: SelectionSetNode): boolean {
  if (key === undefined) return true;
  if (typeof key === 'number') return isAmong(rest, { selections } as SelectionSetNode);
  return selections.some((selection) => {
    if (selection.kind === 'InlineFragment') return isAmong([key, ...rest], selection.selectionSet);
    if (selection.kind !== 'Field' || (selection.alias ?? selection.name).value !== key) return false;
    return !selection.selectionSet || isAmong(rest, selection.selectionSet);
  });
}

/**
 * Whether clients hear of an error. That of an input is told at the fields that need it, and at its own place only if the
 * answer has that: it may not be selected. Nor may the field be, by the variables of the request.
 * @param data the answer
 * @param fetched what it was made of, where the input has its own name and what a client calls so has a free one
 */
export function isTold(
  { path = [] }: GraphQLFormattedError,
  role: Spoiling | undefined,
  data: Data | null,
  fetched: Data,
): boolean {
  if (!role) return true;
  let value: unknown = data;
  let source: unknown = fetched;
  for (const [at, key] of path.entries()) {
    // A null below the entity is that of something which is selected.
    if (value === null || value === undefined) return role === 'field' || at > role.inputBelow;
    if (Array.isArray(value)) {
      value = value[Number(key)];
      source = Array.isArray(source) ? source[Number(key)] : undefined;
    } else if (isData(value)) {
      const name = clientName(String(key));
      if (!Object.hasOwn(value, name)) return false;
      if (role !== 'field' && name === key && isData(source) && getOwn(source, freeAlias(name)) !== undefined)
        return false;
      value = getOwn(value, name);
      source = isData(source) ? getOwn(source, String(key)) : undefined;
    }
  }
  // What another fetch has brought is not lost: plans ask for keys under conditions, and for fields twice.
  return role !== 'field' || value === null || value === undefined;
}

/**
 * An error where clients can find it: an input that only plans have a name for stands nowhere in the answer, so that its
 * error is told at the object that has it. Other names are those of the client.
 */
export function atKnownPlace(
  error: GraphQLFormattedError,
  isReserved: (responseName: string) => boolean,
): GraphQLFormattedError {
  const { path, ...unplaced } = error;
  if (!path) return error;
  const end = path.findIndex((key) => typeof key === 'string' && isReserved(key));
  const known = path.slice(0, end === -1 ? path.length : end);
  return known.length === 0
    ? unplaced
    : { ...error, path: known.map((key) => (typeof key === 'string' ? clientName(key) : key)) };
}
