import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@meridian/kernel/logger';
import { eventually } from '@meridian/testkit/eventually';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reloadOnChange } from './reload.ts';
import { type DemoRouter, demoRouter, demoSupergraph } from './testing/demo-router.ts';

let router: DemoRouter;
beforeAll(async () => {
  router = await demoRouter();
});
afterAll(() => router.stop());

const renamed = () => demoSupergraph().replaceAll(/\bcaller\b/g, 'whoAmI');
const ask = async (query: string) => (await router.post({ query })).json();

it('serves another supergraph from one request to the next, by every lane and door', async () => {
  for (let n = 0; n < 2; n++) expect(await ask('{ caller }')).toEqual({ data: { caller: 'anonymous' } });
  const client = router.socket();
  const events = client.iterate({ query: 'subscription { stockChanged { stock name } }' });
  const first = events.next();
  await eventually(() => expect(router.listeners.size).toBe(1));

  const { transports } = router;
  await router.reload({ supergraphSdl: renamed(), transports });
  expect(await ask('{ caller }')).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
  expect(await ask('{ __type(name: "Query") { fields { name } } }')).toMatchObject({
    data: { __type: { fields: expect.arrayContaining([{ name: 'whoAmI' }]) } },
  });
  router.publish('1', 3);
  expect(await first).toMatchObject({ value: { data: { stockChanged: { stock: 3, name: 'Item 1' } } } });
  await expect(client.iterate({ query: '{ caller }' }).next()).rejects.toMatchObject([
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
  ]);

  await expect(router.reload({ supergraphSdl: 'type Query { a: Int }', transports })).rejects.toThrow();
  expect(await ask('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  await router.reload({ supergraphSdl: demoSupergraph(), transports });
  expect(await ask('{ caller }')).toEqual({ data: { caller: 'anonymous' } });
  await events.return?.();
  await client.dispose();
});

it('reads its file again when that changes and on SIGHUP, and reports what does not load', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reload-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, 'first');
  const served: string[] = [];
  const lines: string[] = [];
  const reload = async (supergraph: { supergraphSdl: string }) => {
    if (supergraph.supergraphSdl === 'broken') throw new Error('does not load');
    served.push(supergraph.supergraphSdl);
  };
  let content = 'second';
  const stop = reloadOnChange(
    file,
    async () => ({ supergraphSdl: content, transports: {} }),
    { reload },
    createLogger('test', 'info', { write: (line) => void lines.push(line) }),
  );
  // What the file was like is looked up in the background: a change before that is not seen as one.
  let changed = 'changed';
  await eventually(async () => {
    changed += '!';
    await writeFile(`${file}.new`, changed);
    await rename(`${file}.new`, file);
    return expect(served).toContain('second');
  });
  content = 'broken';
  process.emit('SIGHUP');
  await eventually(() => expect(lines.join()).toContain('does not load'));
  content = 'third';
  process.emit('SIGHUP');
  await eventually(() => expect(served.at(-1)).toBe('third'));
  // As often as it changed.
  expect(new Set(served)).toEqual(new Set(['second', 'third']));
  stop();
  expect(process.listenerCount('SIGHUP')).toBe(0);
  await rm(folder, { recursive: true });
});
