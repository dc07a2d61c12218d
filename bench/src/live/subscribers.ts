import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../measure/statistics.ts';
import { type Disconnect, overServerSentEvents, overWebSocket } from './connections.ts';
import type { LiveOrder, LiveReport } from './order.ts';

/** Connections opened at a time: more would overrun the backlog of the server's socket. */
const atATime = 100;

export type Subscribers = {
  announce(events: number): Promise<LiveReport>;
  close(): void;
};

/** Opens connections, and resolves when an event has reached all that subscribe. */
export async function connectSubscribers(order: Extract<LiveOrder, { do: 'connect' }>): Promise<Subscribers> {
  const { url, announceAt, connections, subscription } = order;
  const connect = order.over === 'sse' ? overServerSentEvents : overWebSocket;
  const open: Disconnect[] = [];
  /** Subscribers that have the newest event. */
  const served = new Set<number>();
  let frames = 0;
  let bytes = 0;
  let failures = 0;
  let all = Promise.withResolvers<void>();

  async function subscribe(nth: number): Promise<void> {
    const least = subscription?.leastOf === 'number' ? nth / connections : 0;
    const asked = subscription && { query: subscription.query, variables: { least } };
    const disconnect = await connect(url, asked, (frame) => {
      frames += 1;
      failures += frame.includes('"errors":') ? 1 : 0;
      bytes += frame.length;
      served.add(nth);
      if (served.size === connections) all.resolve();
    });
    open.push(disconnect);
  }

  async function announce(): Promise<void> {
    served.clear();
    all = Promise.withResolvers();
    const body = JSON.stringify({ query: 'mutation { announce(id: "order-7") }' });
    const headers = { 'content-type': 'application/json' };
    const { ok } = await fetch(announceAt, { method: 'POST', headers, body });
    if (!ok) throw new Error('The subgraph takes no announcement');
  }

  for (let first = 0; first < connections; first += atATime)
    await Promise.all(
      Array.from({ length: Math.min(atATime, connections - first) }, (_, index) => subscribe(first + index)),
    );
  // Nobody says when a subscription has begun: the first event that reaches all shows it. It may take a while.
  while (subscription && served.size < connections) {
    await announce();
    await Promise.race([all.promise, pause(60_000)]);
  }

  return {
    async announce(events) {
      [frames, bytes, failures] = [0, 0, 0];
      const times: number[] = [];
      const startedAt = performance.now();
      for (let event = 0; event < events; event += 1) {
        const announcedAt = performance.now();
        await announce();
        await all.promise;
        times.push(performance.now() - announcedAt);
      }
      const seconds = (performance.now() - startedAt) / 1_000;
      if (frames !== events * connections) throw new Error(`${frames} frames of ${events} × ${connections}`);
      times.sort((a, b) => a - b);
      const [p50Ms, p99Ms] = [percentile(times, 50), percentile(times, 99)];
      return { deliveries: frames, failures, seconds, bytesPerFrame: bytes / frames, p50Ms, p99Ms };
    },
    close() {
      for (const disconnect of open) disconnect();
    },
  };
}
