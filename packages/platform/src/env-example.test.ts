import { readFileSync } from 'node:fs';
import { subgraphSettings } from '@meridian/kernel/run-subgraph';
import { routerSettings } from '@meridian/router/config';
import { expect, test } from 'vitest';
import { migrationSettings, platformSettings } from './config.ts';
import { fromRoot } from './root.ts';

/** Read by programs whose settings are not a shape of ours: Docker Compose, tests, orders and rides. */
const elsewhere = ['POSTGRES_PASSWORD', 'TEST_DATABASE_URL', 'CATALOG_URL', 'ORDERS_URL'];

test('.env.example names every setting, and none that does not exist', () => {
  const named = [...readFileSync(fromRoot('.env.example'), 'utf8').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(
    ([, name]) => name,
  );
  const known = [platformSettings, routerSettings, subgraphSettings, migrationSettings].flatMap(Object.keys);
  expect(named.toSorted()).toEqual([...new Set([...known, ...elsewhere])].sort());
});
