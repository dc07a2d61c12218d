import { receiveTrace } from '@meridian/kernel/trace-context';
import { viewerHeader, viewerVerifier } from '@meridian/kernel/viewer-token';
import { describe, expect, it } from 'vitest';
import { type Caller, createCallers } from './callers.ts';

const viewerSecret = 'long enough a secret for a test, is it not';
const callers = createCallers({
  production: false,
  auth: undefined,
  viewerSecret,
  forwardHeaders: ['accept-language'],
  requestTimeoutMs: 30_000,
});
const ada: Caller = {
  trace: receiveTrace({}),
  viewer: { id: 'user_ada', scopes: new Set(['b', 'a']) },
  expiresAt: null,
  correlationId: 'abcdefgh',
  forwarded: {},
  explain: false,
};

describe('callers', () => {
  it('forward what is allowed and nothing else', async () => {
    const caller = await callers.identify({
      'accept-language': 'de',
      cookie: 'session=1',
      'x-meridian-viewer': 'forged',
      'x-correlation-id': 'client-chose-this',
    });
    expect(await callers.headersFor(caller)).toEqual({
      'accept-language': 'de',
      'x-correlation-id': 'client-chose-this',
    });
  });

  it.each(['short', 'has spaces in it', 'x'.repeat(65), 'line\nbreak-in-it'])(
    'get a new correlation id for %j',
    async (sent) => {
      const { correlationId } = await callers.identify({ 'x-correlation-id': sent });
      expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('travel to subgraphs as a signed viewer', async () => {
    const headers = await callers.headersFor(ada);
    expect(await viewerVerifier(viewerSecret)(headers[viewerHeader])).toEqual(ada.viewer);
  });

  it('share streams with their equals only', () => {
    const { identityOf } = callers;
    const same = {
      ...ada,
      viewer: { id: 'user_ada', scopes: new Set(['a', 'b']) },
      correlationId: 'another1',
    };
    expect(identityOf(same)).toBe(identityOf(ada));
    for (const other of [
      { ...ada, viewer: null },
      { ...ada, viewer: { id: 'user_ada', scopes: new Set(['a']) } },
      { ...ada, viewer: { id: 'user_ada', scopes: new Set(['a b']) } },
      { ...ada, viewer: { id: 'user_bob', scopes: new Set(['a', 'b']) } },
      { ...ada, forwarded: { 'accept-language': 'de' } },
    ])
      expect(identityOf(other)).not.toBe(identityOf(ada));
  });
});
