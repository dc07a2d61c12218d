import { createLogger } from '@meridian/kernel/logger';
import { connectPubSubRedis } from '@meridian/kernel/redis';
import { eventually } from '@meridian/testkit/eventually';
import { redisIsAvailable, redisIsMissing, startRedis, type TestRedis } from '@meridian/testkit/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patientConfig } from '../../testing/patient-config.ts';
import { startEngine } from '../start-engine.ts';
import { execute, localSupergraph } from '../testing/local-supergraph.ts';
import { planKeys } from './plan-key.ts';
import { plannerOf } from './plan-operation.ts';
import { connectPlanStore, type PlanStore } from './plan-store.ts';
import type { PlanOperation } from './planning.ts';
import { type SharedPlanOutcome, type SharedPlans, shared } from './shared-plans.ts';

const { sdl, transports } = localSupergraph({
  people: {
    sdl: `type Query { me: Person }  type Person @key(fields: "id") { id: ID!  name: String  secret: String }`,
    resolvers: { Query: { me: () => ({ id: '1', name: 'Ann', secret: 'psst' }) } },
  },
  jobs: {
    sdl: 'type Person @key(fields: "id") { id: ID!  job: String }',
    resolvers: { Person: { __resolveReference: (person: object) => person, job: () => 'Baker' } },
  },
});
const about = { supergraphSdl: sdl, introspection: true };
const { plan: planner } = plannerOf(about);
const logger = createLogger('test', 'silent');

/** However busy the machine is. */
const patientMs = 60_000;

/** Texts that nobody has asked for before, in whichever Redis. */
const fresh = (text = '{ me { name job } }') => `${text} # ${crypto.randomUUID()}`;
const request = (query: string) => ({ query, operationName: undefined, overrides: [] });
const keyFor = (query: string) => planKeys(about)(request(query));

if (!redisIsAvailable()) console.log(`shared plans ${redisIsMissing()}`);
describe.skipIf(!redisIsAvailable())('plans in Redis', () => {
  let server: TestRedis;
  let store: PlanStore & { close(): void };
  let redis: ReturnType<typeof connectPubSubRedis>;
  beforeAll(async () => {
    server = await startRedis();
    redis = connectPubSubRedis(server.url, logger);
    store = await connectPlanStore(server.url, logger, patientMs);
    // It does not wait for long until it is connected.
    await eventually(() => store.write('connected', Buffer.of()).then(() => true));
  });
  afterAll(async () => {
    redis.disconnect();
    store.close();
    await server.stop();
  });

  function counted(other: Partial<SharedPlans> = {}) {
    const counts: Record<string, number> = {};
    const count = (outcome: SharedPlanOutcome | 'planned') => {
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    };
    return { counts, count, plans: { store, secret: 'what all routers know', count, ...other } };
  }

  /** Where a router gets its plans from. */
  function router(other?: Partial<SharedPlans>, its = about) {
    const { counts, count, plans } = counted(other);
    const plan: PlanOperation = (asked) => {
      count('planned');
      // As it comes from another thread.
      return JSON.parse(
        JSON.stringify(planner(asked), (key, value) => (key === 'operationDocumentNode' ? undefined : value)),
      );
    };
    const ask = shared(plan, plans, its);
    return { counts, ask: async (query: string) => ask(request(query)) };
  }

  /** Has a router plan an operation, and waits until the others can know of it. */
  async function planned(query: string) {
    const { ask, counts } = router();
    const answer = await ask(query);
    await eventually(() => expect(counts).toEqual({ missing: 1, planned: 1, written: 1 }));
    return answer;
  }

  it('are those of another router, which need not be planned again', async () => {
    const query = fresh();
    const plan = await planned(query);
    expect(plan).toHaveProperty('plan.node.kind', 'Sequence');
    expect(await redis.ttl(keyFor(query))).toBeGreaterThan(0);
    const second = router();
    expect(await second.ask(query)).toEqual({ ...plan, isShared: true });
    expect(second.counts).toEqual({ found: 1 });
  });

  it('are run like those made here, and the cache says where they came from', async () => {
    const query = fresh();
    await planned(query);
    const { counts, plans } = counted();
    const { planning } = patientConfig;
    const starting = startEngine({ supergraphSdl: sdl, transports, planning, sharedPlans: plans });
    const engine = await starting.ready;
    // From now on it cannot plan.
    await engine.close();
    const asked = await Promise.all([engine.prepare(query), engine.prepare(query)]);
    expect(asked.map(({ cache }) => cache)).toEqual(['shared', 'shared']);
    expect((await engine.prepare(query)).cache).toBe('hit');
    expect(counts).toEqual({ found: 1 });
    expect(await execute(engine, query)).toEqual({ data: { me: { name: 'Ann', job: 'Baker' } } });
    expect(await execute(engine, fresh())).toMatchObject({
      errors: [{ extensions: { code: 'PLANNING_OVERLOADED' } }],
    });
  });

  it('are not those of an operation that is refused', async () => {
    const query = fresh('{ nope }');
    for (const { ask, counts } of [router(), router()]) {
      expect(await ask(query)).toHaveProperty('errors');
      expect(counts).toEqual({ missing: 1, planned: 1 });
    }
    expect(await redis.exists(keyFor(query))).toBe(0);
  });

  it.each<[string, (entry: Buffer, other: Buffer) => Buffer]>([
    [
      'has another plan under its signature',
      (own, other) => Buffer.concat([own.subarray(0, 32), other.subarray(32)]),
    ],
    ['was signed for another operation', (_, other) => other],
    ['is cut short', (own) => own.subarray(0, -1)],
    ['is nothing but a signature', (own) => own.subarray(0, 32)],
    ['is garbage', () => Buffer.from('{"node":{"kind":"Fetch"}}')],
    ['is too long', (own) => Buffer.concat([own, Buffer.alloc(1_000_000)])],
  ])('are planned anew where an entry %s', async (_what, forge) => {
    const [query, other] = [fresh(), fresh('{ me { secret } }')];
    const plan = await planned(query);
    await planned(other);
    const entry = (await redis.getBuffer(keyFor(query))) ?? Buffer.of();
    const forged = forge(entry, (await redis.getBuffer(keyFor(other))) ?? Buffer.of());
    await redis.set(keyFor(query), forged);
    const second = router();
    expect(await second.ask(query)).toEqual(plan);
    await eventually(() => expect(second.counts).toEqual({ refused: 1, planned: 1, written: 1 }));
    expect(await redis.getBuffer(keyFor(query))).toEqual(entry);
  });

  it.each<[string, Partial<SharedPlans>, typeof about]>([
    ['refused', { secret: 'what somebody else knows' }, about],
    ['missing', {}, { ...about, supergraphSdl: `${sdl}\n# changed` }],
    ['missing', {}, { ...about, introspection: false }],
  ])('are %s to a router with %j', async (outcome, other, its) => {
    const query = fresh();
    await planned(query);
    const second = router(other, its);
    expect(await second.ask(query)).toHaveProperty('plan');
    expect(second.counts).toMatchObject({ [outcome]: 1, planned: 1 });
  });

  it('are done without while Redis hangs or is away, and found again once it is back', async () => {
    const query = fresh();
    // What is no entry at all is an error of Redis.
    await redis.lpush(keyFor(query), 'a list');
    const first = router();
    expect(await first.ask(query)).toHaveProperty('plan');
    await eventually(() => expect(first.counts).toEqual({ unreachable: 1, planned: 1, written: 1 }));
    if (!server.replace) return;

    const impatient = await connectPlanStore(server.url, logger);
    await redis.call('CLIENT', 'PAUSE', '600000', 'ALL');
    const second = router({ store: impatient });
    expect(await second.ask(query)).toHaveProperty('plan');
    await eventually(() => expect(second.counts).toEqual({ unreachable: 1, planned: 1, unwritten: 1 }));
    await server.replace();
    await eventually(async () => {
      expect(await second.ask(fresh())).toHaveProperty('plan');
      return expect(second.counts['written']).toBeGreaterThan(0);
    });
    await server.stop();
    const before = second.counts['unreachable'] ?? 0;
    expect(await second.ask(fresh())).toHaveProperty('plan');
    expect(second.counts['unreachable']).toBe(before + 1);
    impatient.close();
  });
});

it('passes on neither very long plans nor endlessly many', async () => {
  const written: string[] = [];
  const store: PlanStore = { read: async () => undefined, write: async (key) => void written.push(key) };
  const planOf = (length: number) => ({ plan: { kind: 'QueryPlan', text: 'x'.repeat(length) } }) as never;
  const counts: string[] = [];
  const plans = { store, secret: 's', count: (outcome: string) => void counts.push(outcome) };
  const ask = shared(({ query }) => planOf(Number(query)), plans, about);
  await ask(request('130000'));
  for (let length = 0; length < 1_100; length++) await ask(request(String(length)));
  await eventually(() => expect(counts.filter((outcome) => outcome === 'written')).toHaveLength(1_000));
  await new Promise(setImmediate);
  expect(written).toHaveLength(1_000);
  expect(written).not.toContain(keyFor('130000'));
});

it('names a plan by everything that it depends on', () => {
  const query = fresh();
  const asked = request(query);
  const keys = [
    planKeys(about)(asked),
    planKeys({ ...about, supergraphSdl: `${sdl} ` })(asked),
    planKeys({ ...about, introspection: false })(asked),
    planKeys(about)({ ...asked, query: `${query} ` }),
    planKeys(about)({ ...asked, operationName: 'Q' }),
    planKeys(about)({ ...asked, overrides: [['own', false]] }),
    planKeys(about)({ ...asked, overrides: [['own', true]] }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(planKeys({ ...about })({ ...asked })).toBe(keys[0]);
});
