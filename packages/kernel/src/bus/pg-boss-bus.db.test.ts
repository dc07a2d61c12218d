import { useTestDatabase } from '@meridian/testkit/database';
import { eventually } from '@meridian/testkit/eventually';
import { expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { impatient, message, testBusContract } from '../testing/bus-contract.ts';
import { openPgBossBus } from './pg-boss-bus.ts';

const database = useTestDatabase();
const logger = createLogger('test', 'silent');

testBusContract((_test, tries) => openPgBossBus({ url: database.urlFor('bus'), logger, tries }));

test('a process takes no more than it handles, so that what waits is for others and its lease does not run', async () => {
  const open = () =>
    openPgBossBus({ url: database.urlFor('bus'), logger, tries: { ...impatient, lease: 600 } });
  const [slow, swift] = [await open(), await open()];
  const slowly = Promise.withResolvers<void>();
  const [begun, done] = [new Set<string>(), new Set<string>()];
  const consumer = { name: 'test.slow', hears: { shop: ['thing.happened.v1'] }, park: async () => {} };
  const bySlow = await slow.consume({
    ...consumer,
    handle: async ({ id }) => {
      begun.add(id);
      await slowly.promise;
    },
  });
  const all = Array.from({ length: 12 }, (_, i) => message({ key: `slow_${i}` }));
  await slow.send(all);
  await eventually(() => begun.size === 5);

  const bySwift = await swift.consume({ ...consumer, handle: async ({ id }) => void done.add(id) });
  try {
    await eventually(() => done.size === 7);
    expect(new Set([...begun, ...done])).toEqual(new Set(all.map(({ id }) => id)));
  } finally {
    slowly.resolve();
    for (const consuming of [bySlow, bySwift]) await consuming.stop();
    for (const bus of [slow, swift]) await bus.close();
  }
});
