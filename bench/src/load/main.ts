// The client: a process of its own, so that its work is not counted as a server's.
import type { LoadOrder } from './order.ts';
import { runLoad } from './run.ts';

process.on('message', async (order: LoadOrder) => process.send?.({ report: await runLoad(order) }));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
