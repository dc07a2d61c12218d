import { Client } from 'undici';
import { percentile } from '../measure/statistics.ts';
import type { LoadOrder, LoadReport } from './order.ts';

/**
 * Sends one operation over and over, for as long as the order says, and waits for the last answers. Latency counts from
 * the moment a request was due, so that a server which makes requests wait cannot hide it.
 */
export async function runLoad(order: LoadOrder): Promise<LoadReport> {
  const { url, connections, seconds, rate } = order;
  const { origin, pathname } = new URL(url);
  const clients = Array.from({ length: connections }, () => new Client(origin, { headersTimeout: 60_000 }));
  const body = bodies(order);
  const latencies: number[] = [];
  let failures = 0;
  let bytes = 0;

  const send = async (client: Client, dueAt: number) => {
    try {
      const answer = await client.request({ path: pathname, method: 'POST', headers, body: body() });
      let failed = answer.statusCode !== 200;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        failed ||= chunk.includes('"errors":');
      }
      if (failed) failures += 1;
    } catch {
      failures += 1;
    }
    latencies.push(performance.now() - dueAt);
  };

  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  const whenAnswered = async (client: Client) => {
    while (performance.now() < endsAt) await send(client, performance.now());
  };
  const atRate = async (client: Client, nth: number, interval: number) => {
    for (let dueAt = startedAt + nth * interval; dueAt < endsAt; dueAt += interval * connections) {
      const early = dueAt - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      await send(client, dueAt);
    }
  };
  await Promise.all(
    clients.map((client, n) => (rate === undefined ? whenAnswered(client) : atRate(client, n, 1_000 / rate))),
  );
  const took = (performance.now() - startedAt) / 1_000;
  await Promise.all(clients.map((client) => client.destroy()));
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    failures,
    requestsPerSecond: latencies.length / took,
    bytes,
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
  };
}

const headers = { 'content-type': 'application/json', accept: 'application/json' };

/** Bodies, one after the other; where they are all the same, one. */
function bodies({ query, variables, body, firstNumber }: LoadOrder): () => string {
  const text = JSON.stringify({ query, variables, ...body });
  if (!text.includes('NUMBER')) return () => text;
  let number = firstNumber;
  return () => text.replaceAll('NUMBER', String(number++));
}
