import { randomUUID } from 'node:crypto';
import { eventually } from '@meridian/testkit/eventually';
import { kafkaIsAvailable, startKafka, type TestKafka } from '@meridian/testkit/kafka';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { impatient, message, testBusContract } from '../testing/bus-contract.ts';
import { openKafkaBus } from './kafka-bus.ts';

const logger = createLogger('test', 'silent');

describe.skipIf(!kafkaIsAvailable())('on Kafka', () => {
  const run = randomUUID().slice(0, 8);
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  const open = async (test: number | string, tries = impatient) =>
    openKafkaBus({
      brokers: kafka.brokers,
      logger,
      tries: { ...tries, lease: kafka.shortestLease },
      prefix: `test-${run}-${test}`,
    });
  testBusContract(open);

  test('brokers that go away and come back are heard again, and get what was to be sent', async ({
    skip,
  }) => {
    const { outage } = kafka;
    if (!outage) return skip();
    const bus = await open('outage');
    const handled: string[] = [];
    const consuming = await bus.consume({
      name: 'test.patient',
      hears: { shop: ['thing.happened.v1'] },
      handle: async ({ id }) => void handled.push(id),
      park: async () => {},
    });
    const [before, during] = [message({ key: 'a' }), message({ key: 'a' })];
    await bus.send([before]);
    await eventually(() => handled.length === 1);
    await outage.begin();
    // Who sends is told after a while that nobody takes it, and sends again.
    const sending = eventually(() => bus.send([during]).then(() => true));
    await expect(consuming.backlog()).rejects.toThrow();
    await outage.end();
    await sending;
    await eventually(() => handled.length >= 2);
    expect(new Set(handled)).toEqual(new Set([before.id, during.id]));
    await consuming.stop();
    await bus.close();
  });
});
