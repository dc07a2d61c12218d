import type { Running } from '../contenders.ts';
import type { LoadClient } from '../load/client.ts';
import type { LoadReport } from '../load/order.ts';
import type { Workload } from '../workloads.ts';

/** One measurement of one contender. */
export type Sample = Omit<LoadReport, 'bytes'> & {
  bytesPerAnswer: number;
  /** Processor time per request, in microseconds: the router's, and the router's with that of its subgraphs. */
  routerCpu: number;
  totalCpu: number;
  /** The most that was ever resident, in bytes. */
  routerMemory: number;
  totalMemory: number;
  delayP99Ms: number;
};

/** Loads a contender for some seconds. @param rate requests a second; as many as it can take where it is left out */
export async function sample(
  { contender: { body }, url, router, subgraphs }: Running,
  client: LoadClient,
  { operation, connections }: Pick<Workload, 'operation' | 'connections'>,
  seconds: number,
  rate?: number,
): Promise<Sample> {
  const servers = [router, ...subgraphs];
  const usages = () => Promise.all(servers.map((server) => server.usage()));
  await router.ask('resetDelay');
  const before = await usages();
  const { bytes, ...report } = await client.run({ url, connections, seconds, rate, body, ...operation });
  const after = await usages();
  const cpu = after.map(({ cpuMicroseconds }, n) => cpuMicroseconds - (before[n]?.cpuMicroseconds ?? 0));
  const memory = after.map(({ peakResidentBytes }) => peakResidentBytes);
  return {
    ...report,
    bytesPerAnswer: bytes / report.requests,
    routerCpu: (cpu[0] ?? Number.NaN) / report.requests,
    totalCpu: sum(cpu) / report.requests,
    routerMemory: memory[0] ?? Number.NaN,
    totalMemory: sum(memory),
    delayP99Ms: after[0]?.delayP99Ms ?? Number.NaN,
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
