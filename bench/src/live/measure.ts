import { type Contender, type ContenderName, contenders, start } from '../contenders.ts';
import { median } from '../measure/statistics.ts';
import { startSubscribers } from './client.ts';
import type { LiveWorkload } from './workloads.ts';

/** One contender's medians. */
export type LiveSample = {
  /** Frames with errors, as a part of all. */
  failed: number;
  /** Frames delivered per second of processor time of router and subgraphs, and of the router alone. */
  framesPerCpuSecond: number;
  framesPerRouterCpuSecond: number;
  framesPerSecond: number;
  bytesPerFrame: number;
  /** From an announcement until the last subscriber has it. */
  p50Ms: number;
  p99Ms: number;
  /** What the router's resident memory grew by for each connection, and what the connection holds of it, in bytes. */
  memoryPerConnection: number;
  heldPerConnection: number;
};

/** Rounds in turn, each on processes that did nothing before, since connections leave their mark on memory. */
export async function measureLive(
  workload: LiveWorkload,
  rounds: number,
  progress: (text: string) => void,
): Promise<ReadonlyMap<ContenderName, LiveSample>> {
  const samples = new Map<ContenderName, LiveSample[]>();
  for (let round = 0; round < rounds; round += 1)
    for (const [name, events] of Object.entries(workload.events) as [ContenderName, number][]) {
      const taken = await sample(name, workload, events);
      samples.set(name, [...(samples.get(name) ?? []), taken]);
      progress(
        `${workload.name}: ${name} ${Math.round(taken.framesPerCpuSecond)} frames per CPU second, ` +
          `${(taken.memoryPerConnection / 1_000).toFixed(1)} kB a connection`,
      );
    }
  return new Map(Array.from(samples, ([name, taken]) => [name, medians(taken)]));
}

async function sample(
  name: ContenderName,
  { connections, subscription }: LiveWorkload,
  events: number,
): Promise<LiveSample> {
  const contender: Contender = contenders[name];
  const running = await start(contender);
  const subscribers = await startSubscribers();
  try {
    const { url, router, subgraphs, urls } = running;
    const servers = [router, ...subgraphs];
    const usages = () => Promise.all(servers.map((server) => server.usage()));
    await router.ask('collectGarbage');
    const [atStart] = await usages();
    await subscribers.connect({
      url,
      announceAt: urls['orders'] ?? url,
      connections,
      ...(subscription && { subscription }),
      ...(contender.streams && { over: contender.streams }),
    });
    await router.ask('collectGarbage');
    const before = await usages();
    const perConnection = (of: 'residentBytes' | 'heldBytes') =>
      ((before[0]?.[of] ?? 0) - (atStart?.[of] ?? 0)) / connections;
    const report = events > 0 ? await subscribers.announce(events) : undefined;
    const after = await usages();
    const cpu = after.map((usage, n) => (usage.cpuMicroseconds - (before[n]?.cpuMicroseconds ?? 0)) / 1e6);
    const {
      deliveries = 0,
      failures = 0,
      seconds = 0,
      bytesPerFrame = 0,
      p50Ms = 0,
      p99Ms = 0,
    } = report ?? {};
    return {
      failed: deliveries > 0 ? failures / deliveries : 0,
      framesPerCpuSecond: deliveries / cpu.reduce((total, one) => total + one, 0),
      framesPerRouterCpuSecond: deliveries / (cpu[0] ?? Number.NaN),
      framesPerSecond: seconds > 0 ? deliveries / seconds : 0,
      ...{ bytesPerFrame, p50Ms, p99Ms },
      memoryPerConnection: perConnection('residentBytes'),
      heldPerConnection: perConnection('heldBytes'),
    };
  } finally {
    await subscribers.stop();
    await running.stop();
  }
}

function medians(samples: readonly LiveSample[]): LiveSample {
  const of = (figure: keyof LiveSample) => median(samples.map((one) => one[figure]));
  return {
    failed: Math.max(...samples.map(({ failed }) => failed)),
    framesPerCpuSecond: of('framesPerCpuSecond'),
    framesPerRouterCpuSecond: of('framesPerRouterCpuSecond'),
    framesPerSecond: of('framesPerSecond'),
    bytesPerFrame: of('bytesPerFrame'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    memoryPerConnection: of('memoryPerConnection'),
    heldPerConnection: of('heldPerConnection'),
  };
}
