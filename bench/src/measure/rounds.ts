import { setTimeout as pause } from 'node:timers/promises';
import { type Contender, type ContenderName, contenders, type Running, start } from '../contenders.ts';
import type { LoadClient } from '../load/client.ts';
import type { Workload } from '../workloads.ts';
import { assertSameAnswers } from './same-answers.ts';
import { type Sample, sample } from './sample.ts';
import { median } from './statistics.ts';

export type Effort = { rounds: number; seconds: number; warmUpSeconds: number };
export type Measured = ReadonlyMap<ContenderName, Sample>;

/**
 * Measures the contenders of a workload in turn, round after round, so that what disturbs the machine disturbs them
 * alike; of each figure the median of its rounds counts. First all of them must give the same answer.
 */
export async function measure(
  workload: Workload,
  client: LoadClient,
  effort: Effort,
  progress: (text: string) => void,
): Promise<Measured> {
  const samples = new Map<ContenderName, Sample[]>(workload.contenders.map((name) => [name, []]));
  const take = workload.kind === 'memory' ? fromFresh : fromWarm;
  await take(workload, client, effort, (name, taken) => {
    samples.get(name)?.push(taken);
    progress(`${workload.name}: ${name} ${Math.round(taken.requestsPerSecond)} requests/s`);
  });
  return new Map(Array.from(samples, ([name, taken]) => [name, medians(taken)]));
}

type Take = (
  workload: Workload,
  client: LoadClient,
  effort: Effort,
  each: (name: ContenderName, sample: Sample) => void,
) => Promise<void>;

/** All contenders run all the time; the idle ones cost next to nothing. */
const fromWarm: Take = async (workload, client, { rounds, seconds, warmUpSeconds }, each) => {
  await withContenders(workload.contenders, async (running) => {
    await assertSameAnswers([...running.values()].filter(isComparable), workload.operation);
    const fullLoad = new Map<ContenderName, number>();
    for (const [name, contender] of running) {
      await sample(contender, client, workload, warmUpSeconds);
      if (workload.kind !== 'delay') continue;
      fullLoad.set(name, (await sample(contender, client, workload, seconds)).requestsPerSecond);
    }
    for (let round = 0; round < rounds; round += 1)
      for (const [name, contender] of running) {
        const most = fullLoad.get(name);
        each(name, await sample(contender, client, workload, seconds, most && most * 0.8));
      }
  });
};

/** In less time a peer that answers 30 requests a second has not answered each of 500 connections once. */
const memorySeconds = 20;
/** Longer than Meridian's router keeps a planning thread that has nothing to do. */
const restMs = 65_000;

/**
 * Each measurement on processes of its own, for the most that was ever resident counts, from the start of a process on. They
 * know the operation, as those do that have served for a while: all have answered it once and then rested, at the same time.
 */
const fromFresh: Take = async (workload, client, { rounds, seconds }, each) => {
  for (let round = 0; round < rounds; round += 1)
    await withContenders(workload.contenders, async (running) => {
      await assertSameAnswers([...running.values()], workload.operation);
      await pause(restMs);
      for (const [name, contender] of running) {
        each(name, await sample(contender, client, workload, Math.max(seconds, memorySeconds)));
        await contender.stop();
      }
    });
};

/** Starts them, and stops them whatever happens; one that is stopped already stays so. */
async function withContenders(
  names: readonly ContenderName[],
  use: (running: ReadonlyMap<ContenderName, Running>) => Promise<void>,
): Promise<void> {
  const running = new Map<ContenderName, Running>();
  try {
    for (const name of names) running.set(name, await start(contenders[name]));
    await use(running);
  } finally {
    await Promise.all(Array.from(running.values(), (contender) => contender.stop()));
  }
}

/** The floor answers no query. */
const isComparable = ({ contender }: { contender: Contender }) => contender !== contenders.floor;

/** Of each figure its median, each for itself. */
function medians(samples: readonly Sample[]): Sample {
  const of = (figure: keyof Sample) => median(samples.map((one) => one[figure]));
  return {
    requests: of('requests'),
    failures: Math.max(...samples.map(({ failures }) => failures)),
    requestsPerSecond: of('requestsPerSecond'),
    bytesPerAnswer: of('bytesPerAnswer'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    routerCpu: of('routerCpu'),
    totalCpu: of('totalCpu'),
    routerMemory: of('routerMemory'),
    totalMemory: of('totalMemory'),
    delayP99Ms: of('delayP99Ms'),
  };
}
