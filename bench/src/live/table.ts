import { type ContenderName, contenders } from '../contenders.ts';
import type { LiveSample } from './measure.ts';
import type { LiveWorkload } from './workloads.ts';

const whole = (value: number) => Math.round(value).toLocaleString('en-US');

const frames: [string, (sample: LiveSample) => string][] = [
  ['frames per CPU second', (sample) => whole(sample.framesPerCpuSecond)],
  ['of the router alone', (sample) => whole(sample.framesPerRouterCpuSecond)],
  ['frames/s', (sample) => whole(sample.framesPerSecond)],
  ['until the last has it, p50 ms', (sample) => whole(sample.p50Ms)],
];
const memory: [string, (sample: LiveSample) => string][] = [
  ['router memory per connection, kB', (sample) => (sample.memoryPerConnection / 1_000).toFixed(1)],
  ['of it objects', (sample) => (sample.heldPerConnection / 1_000).toFixed(1)],
];

/** Those who are not ours. */
const peers: readonly ContenderName[] = ['naive', 'hiveStreams'];

const failures = ({ failed }: LiveSample) =>
  failed > 0 ? ` (**${(failed * 100).toFixed(1)} % of its frames failed**)` : '';

/** A live workload's figures as a Markdown section. */
export function liveSection(
  { name, title, subscription, floor }: LiveWorkload,
  measured: ReadonlyMap<ContenderName, LiveSample>,
): string {
  const columns = subscription ? [...frames, ...memory] : memory;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = Array.from(measured, ([contender, sample]) =>
    line([contenders[contender].title + failures(sample), ...columns.map(([, show]) => show(sample))]),
  );
  const ratios = peers.flatMap((peer) => {
    const theirs = measured.get(peer)?.framesPerCpuSecond;
    if (theirs === undefined) return [];
    const least = peer === 'naive' ? floor : undefined;
    return Array.from(measured).flatMap(([contender, { framesPerCpuSecond: ours }]) => {
      if (peers.includes(contender)) return [];
      const verdict =
        least === undefined
          ? ''
          : `; at least ${least}×: ${ours >= least * theirs ? 'reached' : '**missed**'}`;
      const ratio = `**${(ours / theirs).toFixed(1)}×** frames per CPU second (${whole(ours)} / ${whole(theirs)})`;
      return [`- ${contenders[contender].title} against ${contenders[peer].title}: ${ratio}${verdict}`];
    });
  });
  return [
    `### ${title}`,
    '',
    `\`--only ${name}\``,
    '',
    line(['', ...columns.map(([column]) => column)]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows,
    ...(ratios.length > 0 ? ['', ...ratios] : []),
    '',
  ].join('\n');
}
