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
  return { epoch, ask, runs };
}

describe('the same query at the same time', () => {
  it('runs once, whatever the correlation id', async () => {
    const { ask, runs } = query();
    const answers = [ask(), ask(caller({ 'x-correlation-id': 'two' }))];
    expect(runs).toHaveLength(1);
    runs[0]!.end('text');
    expect(await Promise.all(answers)).toEqual(['text', 'text']);
    void ask();
    expect(runs).toHaveLength(2);
  });

  it('is another for other variables, viewers and headers', () => {
    const { ask, runs } = query();
    void ask();
    void ask(caller(), { id: '1' });
    void ask(caller({ 'x-meridian-viewer': 'bob' }));
    void ask(caller({ 'accept-language': 'de' }));
    void ask({ headers: {}, correlationId: 'anonymous' });
    expect(runs).toHaveLength(5);
  });

  it('is another after a mutation or an event', async () => {
    const { ask, runs, epoch } = query();
    const before = ask();
    epoch.next();
    const after = [ask(), ask()];
    expect(runs).toHaveLength(2);
    runs[0]!.end('old');
    runs[1]!.end('new');
    expect(await before).toBe('old');
    expect(await Promise.all(after)).toEqual(['new', 'new']);
  });

  it('is aborted when all who asked have hung up, and then nobody joins it', async () => {
    const { ask, runs } = query();
    const one = new AbortController();
    const other = new AbortController();
    const answers = [ask(caller({}, one.signal)), ask(caller({}, other.signal))];
    one.abort();
    expect(runs[0]!.signal?.aborted).toBe(false);
    other.abort();
    expect(runs[0]!.signal?.aborted).toBe(true);
    const late = ask();
    expect(runs).toHaveLength(2);
    runs[0]!.end('aborted');
    expect(await Promise.all(answers)).toEqual(['aborted', 'aborted']);
    void ask();
    expect(runs).toHaveLength(2);
    runs[1]!.end('late');
    expect(await late).toBe('late');
  });

  it('is not started for all by one who has hung up before', () => {
    const { ask, runs } = query();
    void ask(caller({}, AbortSignal.abort()));
    void ask();
    expect(runs).toHaveLength(2);
    expect(runs[1]!.signal?.aborted).toBe(false);
  });
});
