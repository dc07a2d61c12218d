import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { percentile } from '../measure/statistics.ts';
import type { LiveOrder, LiveReport } from './order.ts';

type Connect = Extract<LiveOrder, { do: 'connect' }>;

/** Connections opened at a time: more would overrun the backlog of the server's socket. */
const atATime = 100;

export type Subscribers = {
  announce(events: number): Promise<LiveReport>;
  close(): void;
};

/** Opens connections by graphql-transport-ws, without a client library, whose work would be most of what is measured. */
export async function connectSubscribers({
  url,
  announceAt,
  connections,
  subscription,
}: Connect): Promise<Subscribers> {
  const sockets: WebSocket[] = [];
  /** Subscribers that have the newest event. */
  const served = new Set<number>();
  let frames = 0;
  let bytes = 0;
  let all = Promise.withResolvers<void>();

  const receive = (nth: number, data: Buffer) => {
    const text = String(data);
    if (!text.includes('"type":"next"') || text.includes('"errors":'))
      throw new Error(`A subscriber got ${text.slice(0, 200)}`);
    frames += 1;
    bytes += data.length;
    served.add(nth);
    if (served.size === connections) all.resolve();
  };

  async function open(nth: number): Promise<void> {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    sockets.push(socket);
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    if (!subscription) return;
    socket.on('message', (data: Buffer) => receive(nth, data));
    const { query, leastOf } = subscription;
    const payload = { query, variables: { least: leastOf === 'number' ? nth / connections : 0 } };
    socket.send(JSON.stringify({ id: `subscription-${nth}`, type: 'subscribe', payload }));
  }

  const announce = async () => {
    served.clear();
    all = Promise.withResolvers();
    const body = JSON.stringify({ query: 'mutation { announce(id: "order-7") }' });
    const headers = { 'content-type': 'application/json' };
    const { ok } = await fetch(announceAt, { method: 'POST', headers, body });
    if (!ok) throw new Error('The subgraph takes no announcement');
  };

  for (let first = 0; first < connections; first += atATime)
    await Promise.all(
      Array.from({ length: Math.min(atATime, connections - first) }, (_, index) => open(first + index)),
    );
  // Nobody says when a subscription has begun: the first event that reaches all shows it. It may take a while.
  while (subscription && served.size < connections) {
    await announce();
    await Promise.race([all.promise, pause(60_000)]);
  }

  return {
    async announce(events) {
      [frames, bytes] = [0, 0];
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
      return { deliveries: frames, seconds, bytesPerFrame: bytes / frames, p50Ms, p99Ms };
    },
    close() {
      for (const socket of sockets) socket.terminate();
    },
  };
}
