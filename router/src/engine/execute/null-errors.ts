import type { Data } from './own.ts';
import type { ResponsePath, Run } from './run.ts';

/** Keeps the errors of shaping apart from those that a subgraph has reported already. */
export type NullErrors = {
  /** Whether `errors` says already why `value`, a null or nothing, is at this place of `holder`. */
  explained(path: ResponsePath, value: unknown, holder: Data): boolean;
  report(path: ResponsePath, message: string): void;
};

/**
 * A null is explained by an error at its place or below: a subgraph that meets an error in a field that must not be
 * null puts the null further up. A missing field is explained when a fetch for its object failed.
 */
export function nullErrors({ errors, bereft }: Pick<Run, 'errors' | 'bereft'>): NullErrors {
  let explained: Set<string> | undefined;
  const note = (places: Set<string>, path: ResponsePath = []) => {
    for (let length = path.length; length > 0; length--) places.add(JSON.stringify(path.slice(0, length)));
  };
  return {
    explained(path, value, holder) {
      if (value === undefined && bereft.has(holder)) return true;
      if (!explained) {
        explained = new Set();
        for (const error of errors) note(explained, error.path);
      }
      return explained.has(JSON.stringify(path));
    },
    report(path, message) {
      errors.push({ message, path, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
      if (explained) note(explained, path);
    },
  };
}
