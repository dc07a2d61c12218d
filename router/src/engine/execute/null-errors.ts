import { type ErrorPlaces, errorPlaces } from './error-places.ts';
import type { Data } from './own.ts';
import { mostErrors, type ResponsePath, type Run } from './run.ts';

/** What is told, with the subgraph that the value was to come from as the subject. */
type Message = (subgraph: string) => string;

/** Keeps the errors of shaping apart from those that a subgraph has reported already. */
export type NullErrors = {
  /** Whether `errors` says already why `value`, a null or nothing, is at this place of `holder`. */
  explained(path: ResponsePath, value: unknown, holder: Data): boolean;
  /**
   * Reports that nothing is at this place of `holder`, where it may be null, unless that is as it should be.
   * @throws when it has done so too often: of `{}` a subgraph can send millions, each of which would become a large object
   */
  leftOut(path: ResponsePath, holder: Data, field: string): void;
  /** @param code what is wrong. @default INTERNAL_SERVER_ERROR */
  report(path: ResponsePath, message: Message, code?: string): void;
};

/**
 * A null is explained by an error at its place or below: a subgraph that meets an error in a field that must not be
 * null puts the null further up. A missing field is explained when the fetch that was to bring it failed.
 */
export function nullErrors({
  errors,
  bereft,
  strangers,
  notAsked,
  giver,
}: Pick<Run, 'errors' | 'bereft' | 'strangers' | 'notAsked' | 'giver'>): NullErrors {
  let places: ErrorPlaces | undefined;
  let leftOut = 0;
  const nulls: NullErrors = {
    explained(path, value, holder) {
      if (value === undefined && bereft.get(holder)?.has(giver(path) ?? '')) return true;
      places ??= errorPlaces(errors);
      return places.within(path) !== undefined;
    },
    leftOut(path, holder, field) {
      if (notAsked.get(holder)?.has(String(path.at(-1)))) return;
      if (nulls.explained(path, undefined, holder)) return;
      const subgraph = giver(path);
      // Who was asked for the object above may have failed, and said so there.
      const isTold = () => places?.isAround(path, subgraph);
      if (subgraph === undefined || strangers.get(holder)?.has(subgraph) || isTold()) return;
      leftOut++;
      if (leftOut > mostErrors) throw new Error(`Subgraph "${subgraph}" left out too many fields.`);
      if (errors.length >= mostErrors) return;
      nulls.report(path, (subject) => `${subject} left out ${field}.`, 'SUBGRAPH_MALFORMED_RESPONSE');
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
  return nulls;
}
