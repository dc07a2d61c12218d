import { type ErrorPlaces, errorPlaces } from './error-places.ts';
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

/**
 * A null is explained by an error at its place or below: a subgraph that meets an error in a field that must not be
 * null puts the null further up. A missing field is explained when a fetch for its object failed.
 */
export function nullErrors({ errors, bereft, giver }: Pick<Run, 'errors' | 'bereft' | 'giver'>): NullErrors {
  let places: ErrorPlaces | undefined;
  return {
    explained(path, value, holder) {
      if (value === undefined && bereft.has(holder)) return true;
      places ??= errorPlaces(errors);
      return places.within(path) !== undefined;
    },
    report(path, message, code = 'INTERNAL_SERVER_ERROR') {
      const subgraph = giver(path);
      const extensions = { code, retryable: false, ...(subgraph !== undefined && { subgraph }) };
      const error = {
        message: message(subgraph === undefined ? 'A subgraph' : `Subgraph "${subgraph}"`),
        path,
        extensions,
      };
      errors.push(error);
      places?.add(error);
    },
  };
}
