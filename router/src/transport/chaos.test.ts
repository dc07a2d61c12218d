import { gzipSync } from 'node:zlib';
import { httpTransport } from '@meridian/kernel/transport-http';
import { eventually } from '@meridian/testkit/eventually';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Behaviour,
  breakingOff,
  type ChaosSubgraph,
  chaosSubgraph,
  dripping,
  hangingUp,
  saying,
  silent,
  streaming,
  well,
} from '../testing/chaos-subgraph.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';
import { demoSubgraphs } from '../testing/demo-subgraphs.ts';
import { patientConfig } from '../testing/patient-config.ts';
import { defaultTransportPolicy, type TransportPolicy } from './policy.ts';

const maxAnswerBytes = 1_000_000;
const query = '{ items { id stock name } }';
const rootField = '{ __typename item(id: "1") { stock name } }';
const right = [
  { id: '1', stock: 10, name: 'Item 1' },
  { id: '2', stock: 20, name: 'Item 2' },
  { id: '3', stock: 30, name: 'Item 3' },
];
const withoutNames = right.map((item) => ({ ...item, name: null }));

let stock: ChaosSubgraph;
let names: ChaosSubgraph;
let router: DemoRouter;
let restocked = 0;

/** A router over HTTP before two subgraphs that misbehave on demand. */
async function open(policy: Partial<TransportPolicy>): Promise<void> {
  const healthy = demoSubgraphs();
  restocked = 0;
  stock = await chaosSubgraph({
    execute(request) {
      if (request.query.includes('restock')) restocked++;
      return healthy.transports.stock.execute(request);
    },
  });
  names = await chaosSubgraph(healthy.transports.names);
  const transports = {
    stock: httpTransport({ url: stock.url, maxAnswerBytes }),
    names: httpTransport({ url: names.url, maxAnswerBytes }),
  };
  const backoff = { firstMs: 1, longestMs: 5 };
  const transport = { ...patientConfig.transport, backoff, ...policy };
  router = await demoRouter({ transport, logLevel: 'silent' }, { transports });
}

async function close(): Promise<void> {
  await router.stop();
  // Nothing of what went wrong has left a connection behind.
  await eventually(() => expect([stock.sockets.size, names.sockets.size]).toEqual([0, 0]));
  await Promise.all([stock.stop(), names.stop()]);
}

async function ask(text = query): Promise<any> {
  return (await router.post({ query: text })).json();
}

async function metric(name: string, subgraph: string): Promise<number> {
  const text = await (await fetch(`${router.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`meridian_subgraph_${name}{`));
  return lines
    .filter((line) => line.includes(`subgraph="${subgraph}"`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

const neverOpen = { ...defaultTransportPolicy.circuit, minimumCalls: 100_000 };
const entities = (text: string) => saying(`{"data":{"_entities":${text}}}`);
const half: Behaviour = async ({ response }, answer) => {
  const text = await answer();
  response.end(text.slice(0, text.length / 2));
};
const html = { 'content-type': 'text/html' };
const gzip = { 'content-encoding': 'gzip' };
const bomb = gzipSync(Buffer.alloc(64_000_000, ' '));
const streams: { sent: number; over: boolean }[] = [];
const hundredMegabytes: Behaviour = (exchange, answer) => {
  const progress = { sent: 0, over: false };
  streams.push(progress);
  return streaming(100_000_000, progress)(exchange, answer);
};

/** What a subgraph may do instead of answering, and what clients are told. */
const illnesses: [string, Behaviour, code: string, retryable: boolean][] = [
  ['hanging up', hangingUp, 'SUBGRAPH_UNAVAILABLE', true],
  ['breaking off in the middle', breakingOff, 'SUBGRAPH_UNAVAILABLE', true],
  ['a busy proxy', saying('<h1>busy</h1>', html, 503), 'SUBGRAPH_UNAVAILABLE', true],
  ['HTML', saying('<h1>hello</h1>', html), 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['half a JSON', half, 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['nothing', saying(''), 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['a list', saying('[]'), 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['an empty object', saying('{}'), 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['100 MB', hundredMegabytes, 'SUBGRAPH_RESPONSE_TOO_LARGE', false],
  ['a gzip bomb', saying(bomb, gzip), 'SUBGRAPH_RESPONSE_TOO_LARGE', false],
  ['what gzip is not', saying('plain', gzip), 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['data that is a list', saying('{"data":[]}'), 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['data that is text', saying('{"data":"{}"}'), 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['errors that are no list', saying('{"errors":{"message":"no"}}'), 'SUBGRAPH_MALFORMED_RESPONSE', false],
];
const entityIllnesses: typeof illnesses = [
  ['too few entities', entities('[{"name":"Item 1"}]'), 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['too many entities', entities('[null,null,null,null]'), 'SUBGRAPH_MALFORMED_RESPONSE', false],
  ['no list of entities', entities('{"length":3}'), 'SUBGRAPH_MALFORMED_RESPONSE', false],
];

describe('a subgraph that answers badly costs its own fields and no more:', () => {
  beforeAll(() => open({ circuit: neverOpen }));
  afterAll(close);

  it.each([...illnesses, ...entityIllnesses])('%s', async (_, behaviour, code, retryable) => {
    names.behave(behaviour);
    const { data, errors } = await ask();
    expect(data).toEqual({ items: withoutNames });
    expect(errors).toMatchObject([{ path: ['items'], extensions: { code, retryable, subgraph: 'names' } }]);

    names.behave(well);
    expect(await ask()).toEqual({ data: { items: right } });
  });

  it.each([
    ['entities that are none', '[1,"two",[]]', [null, null, null]],
    ['leaves of a wrong type', '[{"name":{}},{"name":"Item 2"},{"name":["x"]}]', [null, 'Item 2', null]],
    [
      'keys that mean something to JavaScript',
      '[{"__proto__":{"name":"x"}},{"name":"Item 2","constructor":1},{"toString":null}]',
      [null, 'Item 2', null],
    ],
  ])('%s', async (_, list, expected) => {
    names.behave(entities(list));
    const { data } = await ask();
    expect(data.items).toEqual(right.map((item, at) => ({ ...item, name: expected[at] })));
    names.behave(well);
    expect(await ask()).toEqual({ data: { items: right } });
    expect({}).not.toHaveProperty('name');
  });

  it.each(illnesses)('%s in place of a root field', async (_, behaviour, code, retryable) => {
    stock.behave(behaviour);
    const { data, errors } = await ask(rootField);
    expect(data).toEqual({ __typename: 'Query', item: null });
    expect(errors).toMatchObject([{ path: ['item'], extensions: { code, retryable, subgraph: 'stock' } }]);

    stock.behave(well);
    expect(await ask()).toEqual({ data: { items: right } });
  });

  it('100 MB, of which no more is read than the limit and what is on its way, wherever they are', async () => {
    await eventually(() => expect(streams.map(({ over }) => over)).toEqual([true, true]));
    for (const { sent } of streams) expect(sent).toBeLessThan(30_000_000);
  });

  it('root fields of a wrong type, or of a name that was not asked for', async () => {
    stock.behave(saying('{"data":{"item":[{"id":"1"}],"items":[{"id":"1"}],"caller":1}}'));
    const { data, errors } = await ask('{ item(id: "1") { stock name } caller }');
    expect(data).toEqual({ item: null, caller: null });
    const extensions = { code: 'SUBGRAPH_MALFORMED_RESPONSE', retryable: false, subgraph: 'stock' };
    expect(errors).toMatchObject([
      { path: ['item'], extensions },
      { path: ['caller'], extensions },
    ]);
    stock.behave(well);
  });

  it('a root field that fails is null, and the other subgraph is not asked for what hangs on it', async () => {
    stock.behave(hangingUp);
    const before = names.calls;
    const { data, errors } = await ask('{ caller item(id: "1") { name } }');
    expect(data).toEqual({ caller: null, item: null });
    expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'stock' } }]);
    expect(names.calls).toBe(before);
    stock.behave(well);
  });
});

const dripped = { over: false };
const endless = { silence: silent, 'blanks that never end': dripping(dripped) };
describe.each([
  ['names', query, { items: withoutNames }, 'items'],
  ['stock', rootField, { __typename: 'Query', item: null }, 'item'],
] as const)(
  '%s that take longer than they may cost their own fields and no more:',
  (subgraph, asked, left, path) => {
    beforeAll(() => open({ circuit: neverOpen, timeouts: { [subgraph]: 300 } }));
    afterAll(close);
    const behave = (behaviour: Behaviour) => ({ names, stock })[subgraph].behave(behaviour);

    it.each(Object.entries(endless))('%s', async (_, behaviour) => {
      behave(behaviour);
      const { data, errors } = await ask(asked);
      expect(data).toEqual(left);
      const extensions = { code: 'SUBGRAPH_TIMEOUT', retryable: true, subgraph };
      expect(errors).toMatchObject([{ path: [path], extensions }]);
      behave(well);
      // On a busy machine a healthy subgraph may need longer than so short a limit.
      await eventually(async () => expect(await ask()).toEqual({ data: { items: right } }));
    });

    it('blanks that never end, to which nobody listens any longer', () =>
      eventually(() => expect(dripped.over).toBe(true)));

    it('all kinds of illness at once, while others are answered', async () => {
      const kinds = [silent, hangingUp, breakingOff, half, saying(bomb, gzip), well];
      const broken = subgraph === 'names' ? { items: withoutNames } : null;
      let calls = 0;
      behave((exchange, answer) => kinds[calls++ % kinds.length]?.(exchange, answer));
      const before = await metric('fetch_timeouts_total', subgraph);
      const queries = Array.from({ length: 60 }, (_, at) => `query Q${at} ${query}`);
      for (const { data, errors } of await Promise.all(queries.map(ask)))
        expect(data).toEqual(errors ? broken : { items: right });
      expect(await metric('fetch_timeouts_total', subgraph)).toBeGreaterThan(before);
      behave(well);
    });
  },
);

describe('a subgraph that comes and goes', () => {
  const policy = { circuit: neverOpen, retryShare: 0.2, retryReserve: 8 };
  beforeAll(() => open(policy));
  afterAll(close);

  it('is asked again until it answers', async () => {
    names.behave((exchange, answer) => (exchange.call % 2 === 1 ? hangingUp : well)(exchange, answer));
    for (let times = 0; times < 5; times++) expect(await ask()).toEqual({ data: { items: right } });
    expect(await metric('fetch_retries_total', 'names')).toBeGreaterThanOrEqual(1);
  });

  it('is never asked more often than the budget allows, however many requests fail', async () => {
    names.behave(hangingUp);
    const before = names.calls;
    const requests = 100;
    for (let at = 0; at < requests; at += 20)
      await Promise.all(Array.from({ length: 20 }, (_, i) => ask(`query Q${at + i} ${query}`)));
    const retries = names.calls - before - requests;
    expect(retries).toBeLessThanOrEqual(policy.retryReserve + policy.retryShare * requests);
  });
});

describe('a mutation', () => {
  const gatewayTimeout: Behaviour = async (exchange, answer) => {
    await answer();
    saying('', {}, 504)(exchange, answer);
  };
  beforeAll(() => open({ circuit: neverOpen, timeouts: { stock: 2_000 } }));
  afterAll(close);

  it.each<[string, Behaviour]>([
    ['is lost', hangingUp],
    ['is carried out and its answer lost', breakingOff],
    ['is carried out while a proxy gives up', gatewayTimeout],
    ['is carried out too slowly', (_, answer) => void answer()],
  ])('that %s is called once', async (_, behaviour) => {
    stock.behave(behaviour);
    const calls = stock.calls;
    const before = restocked;
    const { errors } = await ask('mutation { restock(id: "1", by: 1) { id stock name } }');
    expect(stock.calls - calls).toBe(1);
    expect(restocked - before).toBeLessThanOrEqual(1);
    for (const { extensions } of errors ?? []) expect(extensions).toMatchObject({ retryable: false });
    stock.behave(well);
  });
});

describe('a subgraph that is dead for a while', () => {
  const circuit = { threshold: 0.5, windowMs: 5_000, minimumCalls: 10, openMs: 3_600_000 };
  beforeAll(() => open({ circuit }));
  afterAll(close);

  it('is left in peace while the rest is served, and is used again once it lives', async () => {
    names.behave(hangingUp);
    await eventually(async () => {
      expect((await ask()).data).toEqual({ items: withoutNames });
      return expect(await metric('circuit_state', 'names')).toBe(2);
    });
    const before = names.calls;
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => ask(`query Q${at} ${query}`)));
    for (const { data, errors } of answers) {
      expect(data).toEqual({ items: withoutNames });
      expect(errors).toMatchObject([
        { extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'names', retryable: true } },
      ]);
    }
    expect(await metric('fetches_refused_total', 'names')).toBeGreaterThan(0);
    expect(names.calls).toBe(before);

    names.behave(well);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + circuit.openMs });
    expect(await ask()).toEqual({ data: { items: right } });
    vi.useRealTimers();
    expect(await metric('circuit_state', 'names')).toBe(0);
  });
});
