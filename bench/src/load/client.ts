import { once } from 'node:events';
import { said, startProgram } from '../process/start.ts';
import type { LoadOrder, LoadReport } from './order.ts';

export type LoadClient = {
  run(order: Omit<LoadOrder, 'firstNumber'>): Promise<LoadReport>;
  stop(): Promise<void>;
};

/** The client's process. Numbers in operations go on from order to order. */
export async function startLoadClient(): Promise<LoadClient> {
  const child = startProgram('bench/src/load/main.ts', [], 'client');
  await said(child, (message) => message === 'ready', 'the client');
  let number = 0;
  return {
    async run(order) {
      number += 1_000_000;
      child.send({ ...order, firstNumber: number });
      const { report } = await said(child, isReport, 'the client', (order.seconds + 90) * 1_000);
      return report;
    },
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const isReport = (message: unknown): message is { report: LoadReport } =>
  typeof message === 'object' && message !== null && 'report' in message;
