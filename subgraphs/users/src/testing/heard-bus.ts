import { randomUUID } from 'node:crypto';
import type { Bus, BusConsumer, BusMessage } from '@meridian/kernel/bus/bus';

/** A bus that brings what a test says, to whoever consumes. */
export type HeardBus = Bus & {
  /** Brings a fact; with the id of an earlier one, that one again. Resolves when it is handled. */
  bring(fact: Pick<BusMessage, 'type' | 'key' | 'data'> & Partial<BusMessage>): Promise<void>;
};

export function heardBus(): HeardBus {
  const consumers = new Set<BusConsumer>();
  return {
    send: async () => {},
    consume: async (consumer) => {
      consumers.add(consumer);
      return {
        backlog: async () => ({ messages: 0, oldest: null }),
        stop: async () => void consumers.delete(consumer),
      };
    },
    close: async () => {},
    async bring(fact) {
      const message = { id: randomUUID(), source: 'test', at: new Date(), ...fact };
      for (const { hears, handle } of consumers)
        if (Object.values(hears).flat().includes(message.type)) await handle(message);
    },
  };
}
