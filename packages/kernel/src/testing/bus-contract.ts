import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Bus, BusConsumer, BusMessage, Consuming, Tries } from '../bus/bus.ts';

/** Tries without pauses, so that tests need not wait. */
export const impatient: Tries = { most: 3, firstPause: 0, longestPause: 0, lease: 30 };

let made = 0;

/** A message that no other test makes. */
export const message = (some: Partial<BusMessage> = {}): BusMessage => {
  const number = (++made).toString(16).padStart(12, '0');
  return {
    id: `00000000-0000-8000-8000-${number}`,
    source: 'shop',
    type: 'thing.happened.v1',
    key: 'thing_1',
    data: { number: made },
    at: new Date(1_700_000_000_000 + made),
    ...some,
  };
};

/**
 * What every bus has to do. `open` makes one that is impatient; each stands for a process of its own. Those of one test
 * share what goes over them; `test` tells one test's from another's.
 */
export function testBusContract(open: (test: number, tries: Tries) => Promise<Bus>): void {
  const opened: Bus[] = [];
  const running: Consuming[] = [];
  let consumers = 0;
  let tests = 0;

  const openBus = async (tries = impatient): Promise<Bus> => {
    const bus = await open(tests, tries);
    opened.push(bus);
    return bus;
  };
  const newName = () => `test.consumer-${++consumers}`;
  const consume = async (bus: Bus, consumer: Partial<BusConsumer>): Promise<Consuming> => {
    const consuming = await bus.consume({
      name: newName(),
      hears: { shop: ['thing.happened.v1'] },
      handle: async () => {},
      park: async () => {},
      ...consumer,
    });
    running.push(consuming);
    return consuming;
  };
  const patiently = { timeout: 60_000, interval: 10 };

  afterEach(async () => {
    for (const consuming of running.splice(0)) await consuming.stop();
    for (const bus of opened.splice(0)) await bus.close();
    tests++;
  });

  describe('the bus', () => {
    test('brings a message as it is to everyone who hears its type from its source, and to nobody else', async () => {
      const bus = await openBus();
      const [first, second, other, elsewhere]: BusMessage[][] = [[], [], [], []];
      const into = (heard: BusMessage[] = []) => ({ handle: async (it: BusMessage) => void heard.push(it) });
      await Promise.all([
        consume(bus, into(first)),
        consume(bus, { ...into(second), hears: { shop: ['thing.happened.v1', 'thing.ended.v1'] } }),
        consume(bus, { ...into(other), hears: { shop: ['thing.moved.v1'] } }),
        consume(bus, { ...into(elsewhere), hears: { fleet: ['thing.happened.v1'] } }),
      ]);
      const happened = message({ data: { text: 'Zoë’s “thing”', list: [1, null], nested: { yes: true } } });
      const ended = message({ type: 'thing.ended.v1' });
      await bus.send([happened, ended]);
      await vi.waitFor(() => expect([first, second]).toEqual([[happened], [happened, ended]]), patiently);
      expect([other, elsewhere]).toEqual([[], []]);
    });

    test('keeps what is sent while a consumer is away', async () => {
      const [bus, name] = [await openBus(), newName()];
      const away = await consume(bus, { name });
      await away.stop();
      const sent = [message(), message(), message()];
      await bus.send(sent);
      const heard: string[] = [];
      const back = await consume(bus, { name, handle: async ({ id }) => void heard.push(id) });
      await vi.waitFor(() => expect(heard).toEqual(sent.map(({ id }) => id)), patiently);
      await vi.waitFor(
        async () => expect(await back.backlog()).toEqual({ messages: 0, oldest: null }),
        patiently,
      );
    });

    test('shared by two processes, handles each message once, those of a key in order and one at a time', async () => {
      const name = newName();
      const [one, two] = [await openBus(), await openBus()];
      const handled: BusMessage[] = [];
      const busy = new Set<string>();
      const overlaps: string[] = [];
      const handle = async (it: BusMessage) => {
        if (busy.has(it.key)) overlaps.push(it.key);
        busy.add(it.key);
        await new Promise((done) => setImmediate(done));
        handled.push(it);
        busy.delete(it.key);
      };
      const sharing = [await consume(one, { name, handle }), await consume(two, { name, handle })];
      // Who answers has found its place among those who share.
      await vi.waitFor(() => Promise.all(sharing.map(({ backlog }) => backlog())), patiently);
      const sent = Array.from({ length: 120 }, (_, i) => message({ key: `key_${i % 12}` }));
      for (let at = 0; at < sent.length; at += 30) await one.send(sent.slice(at, at + 30));
      await vi.waitFor(() => expect(handled).toHaveLength(120), patiently);
      expect(overlaps).toEqual([]);
      const ids = (of: readonly BusMessage[], key: string) =>
        of.filter((it) => it.key === key).map(({ id }) => id);
      for (let i = 0; i < 12; i++) expect(ids(handled, `key_${i}`)).toEqual(ids(sent, `key_${i}`));
    });

    test('tries what fails again, and what stands behind it waits', async () => {
      const bus = await openBus();
      const log: string[] = [];
      const [shaky, behind] = [message({ key: 'shaky' }), message({ key: 'shaky' })];
      await consume(bus, {
        async handle({ id }) {
          const failures = log.filter((line) => line === 'failed').length;
          if (id === shaky.id && failures < 2) {
            log.push('failed');
            throw new Error('not yet');
          }
          log.push(id);
        },
        park: async () => void log.push('parked'),
      });
      await bus.send([shaky, behind]);
      await vi.waitFor(() => expect(log).toEqual(['failed', 'failed', shaky.id, behind.id]), patiently);
    });

    test('holds up nothing but the key of what fails', async () => {
      // It is not tried again while this test lasts.
      const bus = await openBus({ ...impatient, firstPause: 3_600, longestPause: 3_600 });
      const log: string[] = [];
      const shaky = [message({ key: 'shaky' }), message({ key: 'shaky' })];
      const others = Array.from({ length: 12 }, (_, n) => message({ key: `key_${n}` }));
      const consuming = await consume(bus, {
        async handle({ id, key }) {
          if (key === 'shaky') throw new Error('not yet');
          log.push(id);
        },
      });
      await bus.send([...shaky, ...others]);
      const ids = others.map(({ id }) => id);
      await vi.waitFor(() => expect(log.toSorted()).toEqual(ids.toSorted()), patiently);
      expect((await consuming.backlog()).oldest).toEqual(shaky[0]?.at);
    });

    test('parks what fails for good, once, and goes on', async () => {
      const bus = await openBus();
      const log: string[] = [];
      const [poison, behind] = [message({ key: 'bad' }), message({ key: 'bad' })];
      const consuming = await consume(bus, {
        async handle({ id }) {
          log.push(id);
          if (id === poison.id) throw new Error('cannot be read');
        },
        async park({ id }, { tries, error }) {
          log.push(`parked ${id} after ${tries}: ${error instanceof Error && error.message}`);
        },
      });
      await bus.send([poison, behind]);
      const parked = `parked ${poison.id} after 3: cannot be read`;
      await vi.waitFor(
        () => expect(log).toEqual([poison.id, poison.id, poison.id, parked, behind.id]),
        patiently,
      );
      await vi.waitFor(async () => expect((await consuming.backlog()).messages).toBe(0), patiently);
    });

    test('tells how much waits, and since when', async () => {
      const bus = await openBus();
      const gate = Promise.withResolvers<void>();
      const sent = [message(), message(), message()];
      const consuming = await consume(bus, { handle: () => gate.promise });
      await bus.send(sent);
      await vi.waitFor(
        async () => expect(await consuming.backlog()).toEqual({ messages: 3, oldest: sent[0]?.at }),
        patiently,
      );
      gate.resolve();
      await vi.waitFor(async () => expect((await consuming.backlog()).messages).toBe(0), patiently);
    });

    test('stops when what is in hand is done, and takes nothing more', async () => {
      const [bus, name] = [await openBus(), newName()];
      const [gate, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const heard: string[] = [];
      const consuming = await consume(bus, {
        name,
        async handle({ id }) {
          begun.resolve();
          await gate.promise;
          heard.push(id);
        },
      });
      const [first, second] = [message({ key: 'slow' }), message({ key: 'slow' })];
      await bus.send([first, second]);
      await begun.promise;
      let stopped = false;
      const stopping = consuming.stop().then(() => {
        stopped = true;
      });
      expect(stopped).toBe(false);
      gate.resolve();
      await stopping;
      expect(heard).toEqual([first.id]);
      await consume(bus, { name, handle: async ({ id }) => void heard.push(id) });
      await vi.waitFor(() => expect(heard).toEqual([first.id, second.id]), patiently);
    });
  });
}
