import type { Profiler } from 'node:inspector';

export type SelfTime = { where: string; share: number };

/** The functions in which the samples of a CPU profile were taken, most first; what is idle does not count. */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, most = 40): SelfTime[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<string, number>();
  let total = 0;
  for (const [n, id] of samples.entries()) {
    const frame = places.get(id);
    if (!frame || frame.functionName === '(idle)' || frame.functionName === '(root)') continue;
    const microseconds = timeDeltas[n] ?? 0;
    const file = frame.url.replace(/^.*\/(node_modules|meridian|main)\//, '');
    const where = `${frame.functionName || '(anonymous)'}  ${file}${file ? `:${frame.lineNumber + 1}` : ''}`;
    spent.set(where, (spent.get(where) ?? 0) + microseconds);
    total += microseconds;
  }
  return Array.from(spent, ([where, microseconds]) => ({ where, share: microseconds / total }))
    .sort((a, b) => b.share - a.share)
    .slice(0, most);
}
