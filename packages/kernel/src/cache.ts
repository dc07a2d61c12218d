import { deserialize, serialize } from 'node:v8';
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { counter, type Metrics } from './metrics.ts';

/**
 * Two tiers: an LRU in this process and, where configured, Redis.
 *
 * A reader that loaded before a write and stores after it would bring the old row back. So a write does not just
 * delete: it leaves a tombstone for longer than any statement may run (5 s), and while it stands nothing is stored.
 *
 * Only rows that every viewer may see belong here; what depends on the viewer is decided when a field resolves.
 */
export type Cache = {
  /** Declares one kind of row. `name` carries a version: change it when the row's shape changes. */
  rows<Row extends object>(declaration: { name: string; ttlSeconds: number }): CachedRows<Row>;
  close(): Promise<void>;
};

export type CachedRows<Row extends object> = {
  /** Answers from the cache, loads the rest in one call, and stores what was found. Same order as the keys. */
  getMany(
    keys: readonly string[],
    load: (missing: readonly string[]) => Promise<(Row | null)[]>,
  ): Promise<(Row | null)[]>;
  /** Call after the transaction that changed these rows has committed. */
  invalidate(keys: readonly string[]): Promise<void>;
};

const tombstone = Symbol('tombstone');
const tombstoneMs = 6_000;
const redisTombstone = Buffer.alloc(0);
const localEntries = 20_000;

export function createCache({ redis, metrics }: { redis: Redis | null; metrics: Metrics }): Cache {
  const local = new LRUCache<string, object | typeof tombstone>({ max: localEntries });
  const reads = counter(metrics, {
    name: 'meridian_cache_reads_total',
    help: 'Rows asked of the cache, by where they were found',
    labelNames: ['rows', 'found'],
  });

  return {
    rows: <Row extends object>({
      name,
      ttlSeconds,
    }: {
      name: string;
      ttlSeconds: number;
    }): CachedRows<Row> => {
      const keyOf = (key: string) => `meridian:${name}:${key}`;
      const ttl = ttlSeconds * 1000;

      /** What Redis knows of these keys; an outage reads as an empty cache. */
      const readRedis = async (keys: readonly string[]): Promise<(Buffer | null)[]> =>
        redis ? redis.mgetBuffer(...keys.map(keyOf)).catch(() => keys.map(() => null)) : keys.map(() => null);

      const store = (key: string, row: Row): void => {
        if (local.get(key) !== tombstone) local.set(key, row, { ttl });
        redis?.set(key, serialize(row), 'PX', ttl, 'NX').catch(() => undefined);
      };

      return {
        async getMany(keys, load) {
          const found = new Map<string, Row>();
          const remote: string[] = [];
          for (const key of keys) {
            const row = local.get(keyOf(key));
            if (row !== undefined && row !== tombstone) found.set(key, row as Row);
            else if (row === undefined) remote.push(key);
          }
          reads.inc({ rows: name, found: 'process' }, found.size);

          if (redis && remote.length > 0) {
            const buffers = await readRedis(remote);
            for (const [i, key] of remote.entries()) {
              const buffer = buffers[i];
              if (!buffer?.length) continue;
              const row = deserialize(buffer) as Row;
              found.set(key, row);
              if (local.get(keyOf(key)) !== tombstone) local.set(keyOf(key), row, { ttl });
              reads.inc({ rows: name, found: 'redis' });
            }
          }

          const missing = keys.filter((key) => !found.has(key));
          if (missing.length > 0) {
            reads.inc({ rows: name, found: 'database' }, missing.length);
            const rows = await load(missing);
            for (const [i, key] of missing.entries()) {
              const row = rows[i];
              if (!row) continue;
              found.set(key, row);
              store(keyOf(key), row);
            }
          }
          return keys.map((key) => found.get(key) ?? null);
        },

        async invalidate(keys) {
          for (const key of keys) local.set(keyOf(key), tombstone, { ttl: tombstoneMs });
          await Promise.all(
            keys.map((key) =>
              redis?.set(keyOf(key), redisTombstone, 'PX', tombstoneMs).catch(() => undefined),
            ),
          );
        },
      };
    },
    async close() {
      local.clear();
      redis?.disconnect();
    },
  };
}
