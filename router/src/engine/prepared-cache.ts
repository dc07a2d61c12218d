import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ContextOf, Engine, Found, OperationText } from './engine.ts';
import { type MaybePromise, whenThere } from './maybe-promise.ts';
import type { Preparation, Prepare } from './prepare.ts';

type Kept = OperationText & {
  found: Found;
  draw: Preparation['draw'];
  selections: number;
  uses: number;
};

/**
 * All operations that are kept may select so much together. With a join for each field that is 1.7 kB each: a thousand of
 * the largest that limits let pass, of 27 kB of text, were 12 GB.
 */
const mostSelections = 100_000;

/** Reasons that pass: the same operation may be prepared the next time. */
const passing = new Set<unknown>(['OPERATION_TOO_COMPLEX', 'PLANNING_INTERRUPTED', 'PLANNING_OVERLOADED']);

export type PreparedCache = {
  prepare: Engine['prepare'];
  /** The operations that were asked for most. */
  hottest(most: number): OperationText[];
};

/** What was prepared, for one who asks. */
const given = (
  { draw, isShared, selections: _selections, ...prepared }: Preparation,
  contextOf: ContextOf | undefined,
  cache: Found['cache'] = isShared ? 'shared' : 'miss',
): MaybePromise<Found> =>
  draw
    ? whenThere(contextOf?.(), (context) => whenThere(draw(context), (own) => ({ ...own, cache })))
    : { ...prepared, cache };

/**
 * Keeps the operations that were asked for last, by a hash of text and name. Refused ones are kept too, apart, so that
 * a client that sends nonsense neither costs a validation each time nor pushes good operations out. Who asks for what is
 * being prepared waits for the same.
 * @param size how many operations to keep, fewer where they are large, and of refused ones a tenth.
 */
export function cached(prepare: Prepare, size: number): PreparedCache {
  const operations = new LRUCache<string, Kept>({
    max: size,
    maxSize: mostSelections,
    sizeCalculation: ({ selections }) => Math.min(selections, mostSelections),
  });
  const refusals = new LRUCache<string, Found>({ max: Math.ceil(size / 10) });
  const underWay = new Map<string, Promise<Preparation>>();

  return {
    prepare(query, operationName, contextOf) {
      const text = hash('sha256', query, 'base64');
      const key = operationName === undefined ? text : `${text} ${operationName}`;
      const known = operations.get(key);
      if (known) {
        known.uses++;
        return known.draw ? given({ ...known.found, draw: known.draw }, contextOf, 'hit') : known.found;
      }
      const refused = refusals.get(key);
      if (refused) return refused;
      const waitedFor = underWay.get(key);
      if (waitedFor) return waitedFor.then((preparation) => given(preparation, contextOf));

      const keep = (preparation: Preparation): Preparation => {
        const { draw, isShared: _isShared, selections = 1, ...prepared } = preparation;
        const found: Found = { ...prepared, cache: 'hit' };
        if (!('errors' in prepared))
          operations.set(key, { query, operationName, found, draw, selections, uses: 1 });
        else if (!passing.has(prepared.errors[0]?.extensions?.['code'])) refusals.set(key, found);
        return preparation;
      };
      const prepared = prepare(query, operationName);
      if (!(prepared instanceof Promise)) return given(keep(prepared), contextOf);
      const kept = prepared.then(keep).finally(() => underWay.delete(key));
      underWay.set(key, kept);
      return kept.then((preparation) => given(preparation, contextOf));
    },
    hottest: (most) =>
      [...operations.values()]
        .sort((a, b) => b.uses - a.uses)
        .slice(0, most)
        .map(({ query, operationName }) => ({ query, operationName })),
  };
}
