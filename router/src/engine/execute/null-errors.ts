import type { Data } from './own.ts';
import type { ResponsePath, Run } from './run.ts';

/** What is told, with the subgraph that the value was to come from as the subject. */
type Message = (subgraph: string) => string;

/** Keeps the errors of shaping apart from those that a subgraph has reported already. */
export type NullErrors = {
  /** Whether `errors` says already why `value`, a null or nothing, is at this place of `holder`. */
  explained(path: ResponsePath, value: unknown, holder: Data): boolean;
  /** @param code what is wrong. @default INTERNAL_SERVER_ERROR */
  report(path: ResponsePath, message: Message, code?: string): void;
};

/** Places in the response, each with those below it: a subgraph may send paths that are thousands of keys long. */
type Places = Map<string | number, Places>;

function note(places: Places, path: ResponsePath = []): void {
  let at = places;
  for (const key of path) {
    const below = at.get(key) ?? new Map();
    at.set(key, below);
    at = below;
  }
}

function isNoted(places: Places, path: ResponsePath): boolean {
  let at: Places | undefined = places;
  for (const key of path) at = at?.get(key);
  return at !== undefined;
}

/**
 * A null is explained by an error at its place or below: a subgraph that meets an error in a field that must not be
 * null puts the null further up. A missing field is explained when a fetch for its object failed.
 */
export function nullErrors({ errors, bereft, giver }: Pick<Run, 'errors' | 'bereft' | 'giver'>): NullErrors {
  let explained: Places | undefined;
  return {
    explained(path, value, holder) {
      if (value === undefined && bereft.has(holder)) return true;
      if (!explained) {
        explained = new Map();
        for (const error of errors) note(explained, error.path);
      }
      return isNoted(explained, path);
    },
    report(path, message, code = 'INTERNAL_SERVER_ERROR') {
      const subgraph = giver(path);
      const extensions = { code, retryable: false, ...(subgraph !== undefined && { subgraph }) };
      errors.push({
        message: message(subgraph === undefined ? 'A subgraph' : `Subgraph "${subgraph}"`),
        path,
        extensions,
      });
      if (explained) note(explained, path);
    },
  };
}
