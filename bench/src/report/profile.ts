import type { Profiler } from 'node:inspector';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = pathToFileURL(path.resolve(import.meta.dirname, '../../..')).href;

export type SelfTime = { where: string; share: number };

/** Waiting is no work, and the profiler's own work is not the router's. */
const isWork = ({ functionName, url }: Profiler.ProfileNode['callFrame']) =>
  functionName !== '(idle)' && functionName !== '(root)' && url !== 'node:inspector';

/** The functions in which the samples of a CPU profile were taken, most first. */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, most = 40): SelfTime[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<string, number>();
  let total = 0;
  for (const [n, id] of samples.entries()) {
    const frame = places.get(id);
    if (!frame || !isWork(frame)) continue;
    const microseconds = timeDeltas[n] ?? 0;
    const file = frame.url.replace(/^.*\/node_modules\//, '').replace(`${root}/`, '');
    const where = `${frame.functionName || '(anonymous)'}  ${file}${file ? `:${frame.lineNumber + 1}` : ''}`;
    spent.set(where, (spent.get(where) ?? 0) + microseconds);
    total += microseconds;
  }
  return Array.from(spent, ([where, microseconds]) => ({ where, share: microseconds / total }))
    .sort((a, b) => b.share - a.share)
    .slice(0, most);
}
