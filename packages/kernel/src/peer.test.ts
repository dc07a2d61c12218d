import { expect, it } from 'vitest';
import { z } from 'zod';
import { connectPeer } from './peer.ts';
import type { SubgraphRequest } from './transport.ts';
import { viewerSigner } from './viewer-token.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function peer(execute: (request: SubgraphRequest) => Promise<object> = async () => ({ data: { a: 1 } })) {
  const requests: SubgraphRequest[] = [];
  const transport = {
    execute(request: SubgraphRequest) {
      requests.push(request);
      return execute(request);
    },
    subscribe: () => {
      throw new Error('not used');
    },
    close: async () => {},
  };
  const sign = viewerSigner('a secret of thirty-two characters');
  const connected = connectPeer({ name: 'stock', transport, sign, as: { service: 'orders', scopes: [] } });
  return { connected, requests };
}

const question = {
  query: '{ a }',
  variables: {},
  correlationId: 'abc',
  data: z.object({ a: z.number() }),
};

it('goes on with the trace of a request, as a span of its own, and with its deadline', async () => {
  const { connected, requests } = peer();
  const deadline = Date.now() + 2_000;
  const received = {
    traceparent,
    tracestate: 'a=1',
    'x-deadline': String(deadline),
    authorization: 'secret',
  };
  expect(await connected.onBehalfOf(received).call(question)).toEqual({ a: 1 });
  const headers = requests[0]?.headers ?? {};
  expect(Object.keys(headers).sort()).toEqual([
    'traceparent',
    'tracestate',
    'x-correlation-id',
    'x-deadline',
    'x-meridian-viewer',
  ]);
  expect(headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[\da-f]{16}-01$/);
  expect(headers['traceparent']).not.toBe(traceparent);
  expect(Number(headers['x-deadline'])).toBe(deadline);
});

it('has its own limit where nobody says otherwise, and no trace', async () => {
  const { connected, requests } = peer();
  await connected.call(question);
  const { traceparent: trace, 'x-deadline': deadline } = requests[0]?.headers ?? {};
  expect(trace).toBeUndefined();
  expect(Number(deadline)).toBeLessThanOrEqual(Date.now() + 5_000);
});

it('does not ask for who has stopped waiting, and stops waiting with them', async () => {
  const { connected, requests } = peer(
    ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  );
  const call = (deadline: number) => connected.onBehalfOf({ 'x-deadline': String(deadline) }).call(question);
  await expect(call(Date.now() - 1)).rejects.toMatchObject({ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
  expect(requests).toHaveLength(0);
  await expect(call(Date.now() + 50)).rejects.toMatchObject({ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
});
