import { UsageError } from '@meridian/kernel/command-line';
import { type BenchArguments, help, readArguments } from './arguments.ts';
import { measureLive } from './live/measure.ts';
import { liveSection } from './live/table.ts';
import { startLoadClient } from './load/client.ts';
import { profile } from './measure/profile.ts';
import { measure } from './measure/rounds.ts';
import { installPeers } from './peers.ts';
import { machineFacts } from './report/machine.ts';
import { section } from './report/table.ts';

async function bench({ workloads, live, profile: profiled, ...effort }: BenchArguments): Promise<void> {
  if (!profiled) installPeers();
  const client = await startLoadClient();
  const progress = (text: string) => process.stderr.write(`${text}\n`);
  try {
    if (!profiled)
      process.stdout.write(
        `${machineFacts()}\n- median of ${effort.rounds} interleaved rounds of ${effort.seconds} s\n\n`,
      );
    for (const workload of workloads)
      process.stdout.write(
        profiled
          ? await profile(profiled, workload, client, effort)
          : `${section(workload, await measure(workload, client, effort, progress))}\n`,
      );
    for (const workload of profiled ? [] : live)
      process.stdout.write(
        `${liveSection(workload, await measureLive(workload, effort.rounds, progress))}\n`,
      );
  } finally {
    await client.stop();
  }
}

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  if (asked.help) process.stdout.write(help);
  else await bench(asked);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof UsageError ? error.message : String(error)}\n`);
  process.exit(1);
});
