import { type ContenderName, contenders } from '../contenders.ts';
import type { Measured } from '../measure/rounds.ts';
import type { Sample } from '../measure/sample.ts';
import type { Floor, Workload } from '../workloads.ts';

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const tenth = (value: number) => value.toFixed(1);
const mebibytes = (value: number) => whole(value / 2 ** 20);

type Column = [title: string, show: (sample: Sample) => string];
const columns: Record<Workload['kind'], readonly Column[]> = {
  throughput: [
    ['requests/s', (sample) => whole(sample.requestsPerSecond)],
    ['CPU per request, µs', (sample) => whole(sample.totalCpu)],
    ['of it the router', (sample) => whole(sample.routerCpu)],
    ['p50 ms', (sample) => tenth(sample.p50Ms)],
    ['p99 ms', (sample) => tenth(sample.p99Ms)],
    ['router RSS, MiB', (sample) => mebibytes(sample.routerMemory)],
    ['loop delay p99, ms', (sample) => tenth(sample.delayP99Ms)],
  ],
  memory: [
    ['router peak RSS, MiB', (sample) => mebibytes(sample.routerMemory)],
    ['with subgraphs, MiB', (sample) => mebibytes(sample.totalMemory)],
    ['requests/s', (sample) => whole(sample.requestsPerSecond)],
    ['p99 ms', (sample) => tenth(sample.p99Ms)],
  ],
  delay: [
    ['loop delay p99, ms', (sample) => tenth(sample.delayP99Ms)],
    ['requests/s', (sample) => whole(sample.requestsPerSecond)],
    ['p50 ms', (sample) => tenth(sample.p50Ms)],
    ['p99 ms', (sample) => tenth(sample.p99Ms)],
  ],
};

/** A workload's figures as a Markdown section: a table, then the ratios with what they are made of. */
export function section(workload: Workload, measured: Measured): string {
  const shown = columns[workload.kind];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = Array.from(measured, ([name, sample]) => {
    const failed = sample.failures ? ` (**${sample.failures} failed**)` : '';
    return line([contenders[name].title + failed, ...shown.map(([, show]) => show(sample))]);
  });
  const size = [...measured.values()][0]?.bytesPerAnswer ?? 0;
  return [
    `### ${workload.title}`,
    '',
    `\`--only ${workload.name}\`, ${tenth(size / 1_000)} kB an answer`,
    '',
    line(['', ...shown.map(([title]) => title)]),
    line(['---', ...shown.map(() => '---:')]),
    ...rows,
    '',
    ...ratios(workload, measured),
    '',
  ].join('\n');
}

/** How Meridian compares, and the floors that were set. */
function ratios({ floors }: Workload, measured: Measured): string[] {
  return floors.flatMap((floor) => {
    const ours = measured.get(floor.ours);
    const theirs = measured.get(floor.theirs);
    if (!ours || !theirs) return [];
    return [
      ratio(floor, 'requests/s', floor.requestsPerSecond, ours.requestsPerSecond, theirs.requestsPerSecond),
      ratio(floor, 'less CPU', floor.cpu, theirs.totalCpu, ours.totalCpu),
      ratio(floor, 'less memory', floor.memory, mebi(theirs.routerMemory), mebi(ours.routerMemory)),
    ].filter((text) => text !== null);
  });
}

const mebi = (bytes: number) => bytes / 2 ** 20;
const called = (name: ContenderName) => contenders[name].title;

function ratio(
  { ours, theirs }: Floor,
  what: string,
  atLeast: number | undefined,
  high: number,
  low: number,
): string | null {
  if (atLeast === undefined) return null;
  const found = high / low;
  const verdict = found >= atLeast ? 'reached' : '**missed**';
  return `- ${called(ours)} against ${called(theirs)}: **${tenth(found)}×** ${what} (${whole(high)} / ${whole(low)}); at least ${atLeast}×: ${verdict}`;
}
