import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RequestContext } from './engine.ts';
import { createEpoch, shareFlights } from './flights.ts';

const caller = (headers: Record<string, string> = {}, signal?: AbortSignal): RequestContext => ({
  headers: { 'x-meridian-viewer': 'ada', ...headers },
  correlationId: headers['x-correlation-id'] ?? 'one',
  signal,
});

/** A query whose executions end when the test says so. */
function query() {
  const epoch = createEpoch();
  const share = shareFlights<string>(epoch);
  const runs: { end: (text: string) => void; signal: AbortSignal | undefined }[] = [];
  const ask = (context = caller(), variables = {}) =>
    share(variables, context, ({ signal }) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      runs.push({ end: resolve, signal });
      return promise;
    });
  /** As many turns of the event loop as executions may wait for company. */
  const begun = async () => {
    for (let turn = 0; turn < 10; turn++) await nextTurn();
  };
  return { epoch, ask, runs, begun };
}

describe('the same query at the same time', () => {
  it('runs once, whatever the correlation id', async () => {
    const { ask, runs, begun } = query();
    const answers = [ask(), ask(caller({ 'x-correlation-id': 'two' }))];
    await begun();
    const late = ask();
    await begun();
    expect(runs).toHaveLength(1);
    runs[0]!.end('text');
    expect(await Promise.all([...answers, late])).toEqual(['text', 'text', 'text']);
    void ask();
    await begun();
    expect(runs).toHaveLength(2);
  });

  it('is not begun before those are there who come at the same time', async () => {
    const { ask, runs, begun } = query();
    const answers: Promise<string>[] = [];
    for (let turn = 0; turn < 4; turn++) {
      answers.push(ask());
      await nextTurn();
      expect(runs).toHaveLength(0);
    }
    await begun();
    expect(runs).toHaveLength(1);
    runs[0]!.end('text');
    expect(await Promise.all(answers)).toEqual(answers.map(() => 'text'));
  });

  it('is begun after a few turns, whoever else may come', async () => {
    const { ask, runs } = query();
    for (let turn = 0; turn < 10; turn++) {
      void ask();
      await nextTurn();
    }
    expect(runs).toHaveLength(1);
  });

  it('is another for other variables, viewers and headers', async () => {
    const { ask, runs, begun } = query();
    void ask();
    void ask(caller(), { id: '1' });
    void ask(caller({ 'x-meridian-viewer': 'bob' }));
    void ask(caller({ 'accept-language': 'de' }));
    void ask({ headers: {}, correlationId: 'anonymous' });
    await begun();
    expect(runs).toHaveLength(5);
  });

  it('is another after a mutation or an event', async () => {
    const { ask, runs, epoch, begun } = query();
    const before = ask();
    epoch.next();
    const after = [ask(), ask()];
    await begun();
    expect(runs).toHaveLength(2);
    runs[0]!.end('old');
    runs[1]!.end('new');
    expect(await before).toBe('old');
    expect(await Promise.all(after)).toEqual(['new', 'new']);
  });

  it('is aborted when all who asked have hung up, and then nobody joins it', async () => {
    const { ask, runs, begun } = query();
    const one = new AbortController();
    const other = new AbortController();
    const answers = [ask(caller({}, one.signal)), ask(caller({}, other.signal))];
    await begun();
    one.abort();
    expect(runs[0]!.signal?.aborted).toBe(false);
    other.abort();
    expect(runs[0]!.signal?.aborted).toBe(true);
    const late = ask();
    await begun();
    expect(runs).toHaveLength(2);
    runs[0]!.end('aborted');
    expect(await Promise.all(answers)).toEqual(['aborted', 'aborted']);
    void ask();
    await begun();
    expect(runs).toHaveLength(2);
    runs[1]!.end('late');
    expect(await late).toBe('late');
  });

  it('is not started for all by one who has hung up before', async () => {
    const { ask, runs, begun } = query();
    void ask(caller({}, AbortSignal.abort()));
    void ask();
    await begun();
    expect(runs).toHaveLength(2);
    expect(runs[1]!.signal?.aborted).toBe(false);
  });
});
