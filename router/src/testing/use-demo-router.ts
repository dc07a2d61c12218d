import { eventually } from '@meridian/testkit/eventually';
import { afterAll, afterEach, expect } from 'vitest';
import type { RouterConfig } from '../config.ts';
import { demoRouter } from './demo-router.ts';
import { testIssuer } from './issuer.ts';

/** A router with an issuer of tokens, for the tests of one file. Each of them has to end the streams that it opened. */
export async function useDemoRouter(config: Partial<RouterConfig> = {}) {
  const issuer = await testIssuer();
  const router = await demoRouter({ auth: issuer.auth, ...config });
  afterEach(() =>
    eventually(() => {
      expect(router.listeners.size).toBe(0);
      return expect(router.log.readers.size).toBe(0);
    }),
  );
  afterAll(async () => {
    await router.stop();
    await issuer.remove();
  });
  return { router, issuer, bearer: issuer.bearer };
}
