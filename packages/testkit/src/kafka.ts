import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { config } from './config.ts';
import { frankProxy } from './kafka-proxy.ts';
import { findProgram } from './program.ts';

export type TestKafka = {
  brokers: string[];
  /** The shortest time in seconds after which it gives up a member that is silent. */
  shortestLease: number;
  /** Has it go away and come back, where it is ours. */
  outage: { begin(): Promise<void>; end(): Promise<void> } | null;
  stop(): Promise<void>;
};

/** For `test.skipIf(!kafkaIsAvailable())`. */
export const kafkaIsAvailable = (): boolean =>
  config.KAFKA_BROKERS !== undefined || findProgram('kcat') !== undefined;

/**
 * A Kafka for one test file: that of KAFKA_BROKERS, or the broker that librdkafka carries for its own tests, which speaks
 * the protocol over TCP and keeps all in memory.
 * @throws when there is none; ask `kafkaIsAvailable` first
 */
export async function startKafka(): Promise<TestKafka> {
  if (config.KAFKA_BROKERS)
    return { brokers: config.KAFKA_BROKERS.split(','), shortestLease: 6, outage: null, stop: async () => {} };
  const program = findProgram('kcat');
  if (!program) throw new Error('left out: KAFKA_BROKERS is not set and kcat is not on the PATH');
  // A producer whose standard input stays open, so that its broker does.
  const args = ['-P', '-b', 'localhost:1', '-X', 'test.mock.num.brokers=1', '-t', 'unused', '-d', 'mock'];
  const kcat = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const gone = once(kcat, 'exit');
  const kill = () => kcat.kill('SIGKILL');
  process.once('exit', kill);
  for await (const line of createInterface({ input: kcat.stderr })) {
    const port = /bootstrap\.servers=127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (!port) continue;
    kcat.stderr.resume();
    const proxy = await frankProxy(Number(port));
    return {
      brokers: [`127.0.0.1:${proxy.port}`],
      // It keeps the first member waiting for 3 s, and for others one second less than this.
      shortestLease: 4,
      outage: { begin: proxy.cut, end: proxy.heal },
      async stop() {
        await proxy.stop();
        process.off('exit', kill);
        kcat.kill('SIGKILL');
        await gone;
      },
    };
  }
  throw new Error('kcat ended before its broker began');
}
