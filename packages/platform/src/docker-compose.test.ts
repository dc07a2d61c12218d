import { readFileSync } from 'node:fs';
import { subgraphSettings } from '@meridian/kernel/run-subgraph';
import { routerSettings } from '@meridian/router/config';
import { webhookSettings } from '@meridian/users/webhook/webhook.settings';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { migrationSettings } from './config.ts';
import { fromRoot } from './root.ts';

type Service = { environment: Record<string, string | null> };
const compose = readFileSync(fromRoot('docker-compose.yml'), 'utf8');
const { services } = parse(compose, { merge: true }) as { services: Record<string, Service> };

/** What each program can be told, but for what the image says to all of them. */
const settings: Record<string, object> = {
  migrate: migrationSettings,
  users: { ...subgraphSettings, ...webhookSettings },
  catalog: subgraphSettings,
  orders: { ...subgraphSettings, CATALOG_URL: '' },
  rides: { ...subgraphSettings, ORDERS_URL: '' },
  router: routerSettings,
};
const saidByImage = ['NODE_ENV'];

test.each(Object.entries(settings))('%s gets all of its settings, and no others', (name, known) => {
  const given = Object.keys(services[name]?.environment ?? {});
  // Programs listen on all addresses of a container by themselves, but for the router.
  const expected = Object.keys(known).filter(
    (setting) => !saidByImage.includes(setting) && (setting !== 'HOST' || name === 'router'),
  );
  expect(given.toSorted()).toEqual(expected.toSorted());
});

test('what a service is told by another name is a setting of .env.example', () => {
  const example = readFileSync(fromRoot('.env.example'), 'utf8');
  const used = [...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
  expect(used.filter((name) => !example.includes(`#${name}=`))).toEqual([]);
});
