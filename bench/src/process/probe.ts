// Preloaded into every server of a benchmark: answers over the process's own channel what it has used so far.
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const resolutionMs = 5;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();
let session: Session | undefined;

/** What a server is asked, and what it answers. */
export type Question = 'usage' | 'resetDelay' | 'startProfile' | 'stopProfile' | 'collectGarbage';
export type Usage = {
  cpuMicroseconds: number;
  residentBytes: number;
  /** Objects, and what they hold outside the heap. What is garbage counts until it is collected. */
  heldBytes: number;
  /** The most that was ever resident. */
  peakResidentBytes: number;
  /** How late the event loop was, beyond the timer's own period. */
  delayP99Ms: number;
};

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    cpuMicroseconds: user + system,
    residentBytes: rss,
    heldBytes: heapUsed + external,
    peakResidentBytes: process.resourceUsage().maxRSS * 1024,
    delayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - resolutionMs),
  };
}

const answers: Record<Question, () => unknown> = {
  usage,
  resetDelay: () => delay.reset(),
  collectGarbage() {
    setFlagsFromString('--expose-gc');
    // Gives empty pages back too: what V8 reserves for young objects follows the load, and would be 50 kB for each of
    // 2,000 connections that have nothing to do with it.
    const thorough = { type: 'major', execution: 'sync', flavor: 'last-resort' };
    runInNewContext('gc')(thorough);
  },
  async startProfile() {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 250 });
    await session.post('Profiler.start');
  },
  async stopProfile() {
    const stopped = await session?.post('Profiler.stop');
    session?.disconnect();
    return stopped?.profile;
  },
};

process.on('message', async (message: { question?: Question }) => {
  if (message.question) process.send?.({ answer: (await answers[message.question]()) ?? null });
});
// Whoever started this is gone: so is the reason to run.
process.on('disconnect', () => process.exit(0));
