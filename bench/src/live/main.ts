// The subscribers: a process of their own, so that their work is not counted as a server's.
import type { LiveOrder } from './order.ts';
import { connectSubscribers, type Subscribers } from './subscribers.ts';

let subscribers: Subscribers | undefined;

async function carryOut(order: LiveOrder): Promise<unknown> {
  if (order.do === 'announce') return subscribers?.announce(order.events);
  subscribers?.close();
  subscribers = order.do === 'connect' ? await connectSubscribers(order) : undefined;
  return null;
}

process.on('message', async (order: LiveOrder) => {
  try {
    process.send?.({ report: (await carryOut(order)) ?? null });
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  }
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
