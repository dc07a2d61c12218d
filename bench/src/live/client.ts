import { once } from 'node:events';
import { said, startProgram } from '../process/start.ts';
import type { LiveOrder, LiveReport } from './order.ts';

export type SubscriberProcess = {
  connect(order: Omit<Extract<LiveOrder, { do: 'connect' }>, 'do'>): Promise<void>;
  announce(events: number): Promise<LiveReport>;
  stop(): Promise<void>;
};

const limitMs = 300_000;

/** Subscribers in a process of their own. */
export async function startSubscribers(): Promise<SubscriberProcess> {
  const child = startProgram('bench/src/live/main.ts', [], 'client');
  await said(child, (message) => message === 'ready', 'the subscribers');
  const order = async (order: LiveOrder) => {
    child.send(order);
    return (await said(child, isReport, 'the subscribers', limitMs)).report;
  };
  return {
    async connect(connection) {
      await order({ do: 'connect', ...connection });
    },
    announce: async (events) => (await order({ do: 'announce', events })) as LiveReport,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const isReport = (message: unknown): message is { report: unknown } =>
  typeof message === 'object' && message !== null && 'report' in message;
