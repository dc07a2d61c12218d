import { afterAll, beforeAll, expect, it } from 'vitest';
import { bareSocket } from '../testing/bare-socket.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';
import { testIssuer } from '../testing/issuer.ts';

/* An issuer whose keys cannot be read stands for anything on our side that breaks. */
let router: DemoRouter;
let authorization: string;
beforeAll(async () => {
  const issuer = await testIssuer();
  authorization = await issuer.bearer('user_ada');
  await issuer.remove();
  router = await demoRouter({ auth: issuer.auth, production: true });
});
afterAll(() => router.stop());

it('is a masked 500 over HTTP, with the correlation id of its line in the log', async () => {
  const response = await router.post(
    { query: '{ __typename }' },
    { authorization, 'x-correlation-id': 'broken-request' },
  );
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Internal server error',
        extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: 'broken-request' },
      },
    ],
  });
  const line = router.lines.find(({ msg }) => msg === 'a request broke');
  expect(line).toMatchObject({
    correlationId: 'broken-request',
    err: { message: expect.stringContaining('The keys that sign tokens cannot be read') },
  });
  expect(JSON.stringify(router.lines)).not.toContain(authorization);
});

it('closes a WebSocket with 4500, and says no more', async () => {
  const { socket, send, closed } = await bareSocket(router.url);
  socket.on('close', (_code, reason) => expect(String(reason)).toBe('Internal server error'));
  send({ type: 'connection_init', payload: { authorization } });
  expect(await closed).toBe(4500);
});
