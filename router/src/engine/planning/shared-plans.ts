import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { whenThere } from '../maybe-promise.ts';
import { planKeys } from './plan-key.ts';
import type { PlannerOptions } from './plan-operation.ts';
import type { PlanStore } from './plan-store.ts';
import type { Planned, PlanOperation } from './planning.ts';

/** What became of asking for a plan, or of passing one on. */
export type SharedPlanOutcome = 'found' | 'missing' | 'refused' | 'unreachable' | 'written' | 'unwritten';

export type SharedPlans = {
  store: PlanStore;
  /** Who knows it can have the router send any query to any subgraph. */
  secret: string;
  count: (outcome: SharedPlanOutcome) => void;
};

/** Longer entries are neither written nor read. Plans of ordinary operations have a few thousand bytes. */
const mostBytes = 128_000;

/** Of each supergraph that it serves, a router writes so many plans and no more: clients could fill Redis with new texts. */
const mostWritten = 1_000;

const macBytes = 32;

/**
 * Takes plans from other routers where they have them, and passes on those that it makes, once they are on their way to
 * whoever asked. An entry is its signature and the plan as JSON; the signature covers the key too, so that no entry stands
 * for another. Whatever is wrong with an entry or with the store is counted, and costs planning as if there were none.
 */
export function shared(
  plan: PlanOperation,
  { store, secret, count }: SharedPlans,
  about: PlannerOptions,
): PlanOperation {
  const keyOf = planKeys(about);
  const signingKey = Buffer.from(hkdfSync('sha256', secret, '', 'meridian shared plans', 32));
  const sign = (key: string, text: Buffer) =>
    createHmac('sha256', signingKey).update(`${key}\n`).update(text).digest();
  let written = 0;

  async function read(key: string): Promise<Planned | undefined> {
    let entry: Buffer | undefined;
    try {
      entry = await store.read(key, mostBytes);
    } catch {
      return void count('unreachable');
    }
    if (!entry) return void count('missing');
    const text = entry.subarray(macBytes);
    const isOurs =
      entry.length > macBytes &&
      entry.length <= mostBytes &&
      timingSafeEqual(entry.subarray(0, macBytes), sign(key, text));
    if (!isOurs) return void count('refused');
    count('found');
    return { plan: JSON.parse(String(text)), isShared: true };
  }

  async function write(key: string, planned: Planned): Promise<void> {
    if (written >= mostWritten) return;
    const text = Buffer.from(JSON.stringify(planned.plan));
    if (macBytes + text.length > mostBytes) return;
    written++;
    try {
      await store.write(key, Buffer.concat([sign(key, text), text]));
      count('written');
    } catch {
      count('unwritten');
    }
  }

  return async (request) => {
    const key = keyOf(request);
    return (
      (await read(key)) ??
      whenThere(plan(request), (planned) => {
        if (!('errors' in planned)) setImmediate(write, key, planned);
        return planned;
      })
    );
  };
}
