import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLFormattedError, SelectionSetNode } from 'graphql';
import type { Condition } from './conditions.ts';
import type { Located } from './fetch-path.ts';
import { type Data, getOwn, isData } from './own.ts';
import type { ResponsePath } from './run.ts';

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
  errors: readonly GraphQLFormattedError[],
  { path }: Pick<Located, 'path'>,
  consumers: readonly Consumer[],
): Spoiled {
  const below = errors.filter((error) => error.path && isBelow(error.path, path));
  const spoiled = consumers.flatMap(({ key, responseName, set }) => {
    const cause = below.find((error) => isAmong(error.path?.slice(path.length) ?? [], set));
    return cause ? [{ key, cause, error: { ...cause, path: [...path, responseName] } }] : [];
  });
  return {
    keys: spoiled.map(({ key }) => key),
    errors: spoiled.map(({ error }) => error),
    causes: spoiled.map(({ cause }) => cause),
  };
}

const isBelow = (path: ResponsePath, above: ResponsePath): boolean =>
  path.length > above.length && above.every((key, at) => path[at] === key);

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
 */
export function isTold(
  { path = [] }: GraphQLFormattedError,
  role: 'input' | 'field' | undefined,
  data: Data | null,
): boolean {
  if (!role) return true;
  let value: unknown = data;
  for (const key of path) {
    if (value === null || value === undefined) return role === 'field';
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isData(value)) {
      if (!Object.hasOwn(value, String(key))) return false;
      value = getOwn(value, String(key));
    }
  }
  return true;
}

/**
 * An error where clients can find it: an input that only plans have a name for stands nowhere in the answer, so that its
 * error is told at the object that has it.
 */
export function atKnownPlace(
  error: GraphQLFormattedError,
  isReserved: (responseName: string) => boolean,
): GraphQLFormattedError {
  const { path, ...unplaced } = error;
  const end = path?.findIndex((key) => typeof key === 'string' && isReserved(key)) ?? -1;
  if (!path || end === -1) return error;
  return end === 0 ? unplaced : { ...error, path: path.slice(0, end) };
}
