import type { AddressInfo } from 'node:net';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import Fastify from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { routerDefaults } from '../../config.ts';
import { createEngine } from '../../engine/create-engine.ts';
import { localSupergraph } from '../../engine/testing/local-supergraph.ts';
import { createCallers } from '../../security/callers.ts';
import { errorMask } from '../../security/mask-errors.ts';
import { routerMetrics } from '../../telemetry/metrics.ts';
import { operationRecord } from '../../telemetry/operation-log.ts';
import { viewerSecret } from '../../testing/demo-subgraphs.ts';
import { multipart, openStream } from '../../testing/open-stream.ts';
import { clientPlaces } from '../connections/client-places.ts';
import { streamDoor } from './stream-door.ts';

const { sdl: supergraphSdl, transports } = localSupergraph({ only: { sdl: 'type Query { ok: Int }' } });
const logger = createLogger('test', 'silent');
const metrics = routerMetrics(createMetrics('test'));
const record = operationRecord('http', 'the-id');
const server = Fastify();
afterEach(() => server.close());

/** The door on its own: in a router no request is known that could make an execution reject. */
async function serveRejecting(): Promise<string> {
  const callers = createCallers({ ...routerDefaults, viewerSecret });
  const door = streamDoor({
    callers,
    engine: createEngine({ supergraphSdl, transports }),
    execute: async () => {
      throw new Error('a bug, in words that are not for clients');
    },
    formatError: errorMask({ production: true, logger }),
    places: clientPlaces(routerDefaults.connections, metrics),
    live: { open: () => expect.fail('no subscription is asked for') },
    metrics,
    heartbeatMs: 60_000,
    tokenWarningMs: 1,
  });
  const caller = await callers.identify({});
  const { signal } = new AbortController();
  server.post('/graphql', async (request, reply) => {
    await door.answer(request, reply, { caller, record, signal });
    return reply;
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

it('a stream whose execution breaks ends and says so', async () => {
  const url = await serveRejecting();
  const errors = [
    {
      message: 'Internal server error',
      extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: 'the-id' },
    },
  ];
  const events = await openStream(url, { query: '{ ok }' });
  expect(await events.ended).toBe('ended');
  expect(events.parts()).toEqual([
    { event: 'next', data: { errors } },
    { event: 'complete', data: null },
  ]);
  expect(record).toMatchObject({ door: 'sse', outcome: 'error', errors: 1 });
  const parts = await openStream(url, { query: '{ ok }' }, { accept: multipart });
  expect(await parts.ended).toBe('ended');
  expect(parts.text()).toContain(JSON.stringify({ payload: null, errors }));
});
