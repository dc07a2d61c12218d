import { writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { type ContenderName, contenders, start } from '../contenders.ts';
import type { LoadClient } from '../load/client.ts';
import { selfTimes } from '../report/profile.ts';
import type { Workload } from '../workloads.ts';
import type { Effort } from './rounds.ts';
import { sample } from './sample.ts';

/** Profiles a router under a workload's load; writes the profile for a debugger, and gives its hottest functions. */
export async function profile(
  name: ContenderName,
  workload: Workload,
  client: LoadClient,
  { seconds, warmUpSeconds }: Effort,
): Promise<string> {
  const running = await start(contenders[name]);
  try {
    await sample(running, client, workload, warmUpSeconds);
    await running.router.ask('startProfile');
    const { routerCpu } = await sample(running, client, workload, seconds);
    const recorded = (await running.router.ask('stopProfile')) as Profiler.Profile;
    const file = `${workload.name}-${name}.cpuprofile`;
    writeFileSync(file, JSON.stringify(recorded));
    const lines = selfTimes(recorded).map(
      ({ where, share }) =>
        `${(share * 100).toFixed(1).padStart(5)} %  ${(share * routerCpu).toFixed(0).padStart(5)} µs  ${where}`,
    );
    return [
      `${contenders[name].title}, ${workload.title}: self time of the router, in ${file}`,
      ...lines,
      '',
    ].join('\n');
  } finally {
    await running.stop();
  }
}
