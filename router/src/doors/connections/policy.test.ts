import { expect, it } from 'vitest';
import { readRouterConfig } from '../../config.ts';

it('reads how many connections are taken, and for how long', () => {
  const { connections, webSocket } = readRouterConfig(
    {},
    {
      CONNECTIONS: '10',
      CONNECTIONS_PER_ADDRESS: '5',
      CONNECTIONS_PER_VIEWER: '2',
      TRUST_PROXY: '10.0.0.0/8, ::1',
      HEARTBEAT_MS: '5000',
      WS_INIT_TIMEOUT_MS: '1000',
      WS_IDLE_TIMEOUT_MS: '60000',
      WS_MESSAGE_LIMIT_BYTES: '2000',
      WS_OPERATIONS: '3',
    },
  );
  expect(connections).toEqual({
    most: 10,
    mostPerAddress: 5,
    mostPerViewer: 2,
    trustedProxies: ['10.0.0.0/8', '::1'],
    heartbeatMs: 5_000,
  });
  expect(webSocket).toEqual({
    initTimeoutMs: 1_000,
    keepAliveMs: 5_000,
    idleTimeoutMs: 60_000,
    maxMessageBytes: 2_000,
    maxOperations: 3,
  });
});

it.each([
  { TRUST_PROXY: 'true' },
  { TRUST_PROXY: '10.0.0.0/99' },
  { CONNECTIONS: '0' },
  { HEARTBEAT_MS: '999' },
])('refuses %o', (env) => {
  expect(() => readRouterConfig({}, env)).toThrow(Object.keys(env)[0]);
});
