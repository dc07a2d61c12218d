import { subgraphNames } from '@meridian/platform/subgraph-names';
import { eventually } from '@meridian/testkit/eventually';
import { redisIsAvailable, redisIsMissing, startRedis, type TestRedis } from '@meridian/testkit/redis';
import { afterAll, beforeAll } from 'vitest';
import { type Meridian, useMeridian } from '../meridian.ts';
import { type KillablePostgres, startKillablePostgres } from './killable-postgres.ts';

/** For a machine that has other work: what comes true is waited for no longer. */
export const patience = { within: 180_000 };

const programs = ['router', ...subgraphNames];
const servers = ['redis', 'postgres'];

/** Meridian as five processes, on servers that are its own. */
export type World = {
  meridian: Meridian;
  /** What can be killed. Where there is no Redis, or none to be killed, its turn is another one's. */
  victims: readonly string[];
  /** `kill -9`. A server is there again when this resolves, a program is started again. */
  kill(victim: string): Promise<void>;
  /** Whether all programs should live on when this one is killed. */
  isServer(victim: string): boolean;
  pids(): (number | undefined)[];
};

/** Starts it before the tests of a file, and stops it after them. */
export function useWorld(): World {
  let postgres: KillablePostgres;
  let redis: TestRedis | null = null;
  beforeAll(async () => {
    postgres = await startKillablePostgres();
    if (redisIsAvailable()) redis = await startRedis();
    else console.log(`Redis in the restart test ${redisIsMissing()}`);
  });
  afterAll(async () => {
    await redis?.stop();
    await postgres?.stop();
  });
  const meridian = useMeridian('five processes', {
    redisUrl: () => redis?.url ?? null,
    databases: () => postgres,
    // A process that was killed is given up soon.
    bus: { BUS_LEASE_SECONDS: 3 },
  });

  const replaceOf = (victim: string): (() => Promise<void>) | null | undefined =>
    victim === 'postgres' ? postgres.kill : redis?.replace;
  async function killProgram(name: string): Promise<void> {
    const pid = meridian.pidOf(name);
    if (pid) process.kill(pid, 'SIGKILL');
    await eventually(() => meridian.pidOf(name) !== pid, patience);
  }
  return {
    meridian,
    victims: [...programs, ...servers],
    isServer: (victim) => servers.includes(victim) && Boolean(replaceOf(victim)),
    async kill(victim) {
      if (programs.includes(victim)) return killProgram(victim);
      const replace = replaceOf(victim);
      await (replace ? replace() : killProgram('catalog'));
    },
    pids: () => programs.map(meridian.pidOf),
  };
}
