import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Engine } from './engine.ts';

type Prepare = Engine['prepare'];
type Prepared = ReturnType<Prepare>;

/**
 * Keeps the operations that were asked for last, by a hash of text and name. Refused ones are kept too, apart, so that
 * a client that sends nonsense neither costs a validation each time nor pushes good operations out.
 * @param size how many operations to keep, and of refused ones a tenth.
 */
export function cached(prepare: Prepare, size: number): Prepare {
  const operations = new LRUCache<string, Prepared>({ max: size });
  const refusals = new LRUCache<string, Prepared>({ max: Math.ceil(size / 10) });
  return (query, operationName) => {
    const text = hash('sha256', query, 'base64');
    const key = operationName === undefined ? text : `${text} ${operationName}`;
    const known = operations.get(key) ?? refusals.get(key);
    if (known) return known;
    const prepared = prepare(query, operationName);
    ('errors' in prepared ? refusals : operations).set(key, prepared);
    return prepared;
  };
}
