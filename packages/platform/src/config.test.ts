import {
  operatingConfig,
  operatingSettings,
  readRouterConfig,
  routerSettings,
} from '@meridian/router/config';
import { expect, test } from 'vitest';
import { givenToRouter, platformSettings, readPlatformConfig } from './config.ts';
import { fiveServices } from './five-services.ts';

/** Settings of the router of which the platform takes care itself. */
const ownOfRouter = ['SUPERGRAPH', 'SUBGRAPH_URLS'];

const given = {
  CONNECTIONS: '7',
  TRUST_PROXY: '10.0.0.0/8',
  SUBGRAPH_TIMEOUT_MS: '1000,catalog=200',
  LIVE_QUEUE_EVENTS: '19',
};

test('every setting of the router is one of the platform, too', () => {
  const missing = Object.keys(routerSettings).filter((name) => !(name in platformSettings));
  expect(missing).toEqual(ownOfRouter);
});

test('in one process they mean the same as to a router that is its own', () => {
  const platform = operatingConfig(readPlatformConfig(given));
  expect(platform).toMatchObject({ connections: { most: 7 }, live: { maxQueuedEvents: 19 } });
  expect(readRouterConfig({}, given)).toMatchObject(platform);
});

test('a router beside its subgraphs gets those that are given, and no others', () => {
  const databases = {
    urls: { users: '', catalog: '', orders: '', rides: '' },
    busUrl: '',
    adminUrl: '',
    stop: async () => {},
  };
  const config = {
    ...readPlatformConfig({ REDIS_URL: '' }),
    router: givenToRouter({ ...given, DATABASE_URL: 'x', REDIS_URL: 'y', WS_OPERATIONS: '' }),
  };
  const { services } = fiveServices(config, {
    databases,
    viewerSecret: 's',
    auth: { jwks: 'j', issuer: undefined, audience: undefined },
  });
  const env = services.at(-1)?.env ?? {};
  expect(env).toMatchObject(given);
  const settings = Object.keys(env).filter((name) => name in operatingSettings);
  expect(settings.sort()).toEqual(Object.keys(given).sort());
  for (const { name, env: other } of services.slice(0, -1))
    expect(other, name).not.toHaveProperty('CONNECTIONS');
});
