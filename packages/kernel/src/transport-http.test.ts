import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { SubgraphUnreachable } from './transport-failure.ts';
import { httpTransport } from './transport-http.ts';

describe('a subgraph that does not answer well', () => {
  let bad: Server | undefined;
  afterEach(() => {
    bad?.closeAllConnections();
    bad?.close();
  });

  type Handler = Parameters<typeof createServer>[1];
  type Options = Partial<Parameters<typeof httpTransport>[0]>;

  const problemOf = async (handler: Handler, options: Options = {}): Promise<string> =>
    (await failureOf(handler, options))?.message ?? 'none';

  async function failureOf(
    handler: Handler,
    options: Options = {},
  ): Promise<SubgraphUnreachable | undefined> {
    bad = createServer(handler);
    bad.listen(0, '127.0.0.1');
    await once(bad, 'listening');
    const transport = httpTransport({
      url: `http://127.0.0.1:${(bad.address() as AddressInfo).port}/`,
      ...options,
    });
    const problem = await transport.execute({ query: '{ secret }', headers: {} }).then(
      () => undefined,
      (error: SubgraphUnreachable) => error,
    );
    await transport.close();
    bad.closeAllConnections();
    bad.close();
    if (problem) expect(problem).toBeInstanceOf(SubgraphUnreachable);
    return problem;
  }

  it.each([
    [
      'HTML',
      502,
      'text/html',
      '<h1>secret</h1>',
      'The subgraph answered 502 with 15 bytes of text/html that are not valid JSON',
    ],
    [
      'half a JSON',
      200,
      'application/json',
      '{"data": {"sec',
      'The subgraph answered 200 with 14 bytes of application/json that are not valid JSON',
    ],
    ['nothing', 204, 'application/json', '', 'The subgraph answered 204 with an empty body'],
    [
      'another JSON',
      404,
      'application/json',
      '{"message":"secret"}',
      'The subgraph answered 404 with JSON that is not a GraphQL result',
    ],
    [
      'a list',
      200,
      'application/json',
      '[1]',
      'The subgraph answered 200 with JSON that is not a GraphQL result',
    ],
  ])('by answering %s', async (_what, status, type, body, message) => {
    expect(
      await problemOf(
        (_request, response) => void response.writeHead(status, { 'content-type': type }).end(body),
      ),
    ).toBe(message);
  });

  it('by a result with a status that is not 200, which counts all the same', async () => {
    expect(
      await problemOf(
        (_request, response) => void response.writeHead(500).end('{"errors":[{"message":"no"}]}'),
      ),
    ).toBe('none');
  });

  it('by hanging up', async () => {
    expect(await problemOf((request) => void request.socket.destroy())).toBe(
      'The subgraph closed the connection before it had answered',
    );
  });

  it('by silence', async () => {
    expect(await problemOf(() => {}, { answerTimeoutMs: 50 })).toBe('The subgraph did not answer in time');
  });

  it('by stopping in the middle', async () => {
    const half: Parameters<typeof createServer>[1] = (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"data":');
    };
    // Long enough for the head of the answer to arrive.
    expect(await problemOf(half, { answerTimeoutMs: 2_000 })).toBe(
      'The subgraph stopped in the middle of its answer',
    );
  });

  it('by too long an answer', async () => {
    const long: Parameters<typeof createServer>[1] = (_request, response) =>
      void response.end(JSON.stringify({ data: { text: 'x'.repeat(5_000) } }));
    expect(await problemOf(long, { maxAnswerBytes: 1_000 })).toBe(
      'The subgraph answered with more bytes than are accepted',
    );
  });

  it.each([
    ['unavailable', (_, response) => void response.writeHead(503).end('<h1>busy</h1>')],
    ['unavailable', (_, response) => void response.writeHead(429).end()],
    ['malformed', (_, response) => void response.writeHead(200).end('<h1>login</h1>')],
    ['broken', (request) => void request.socket.destroy()],
  ] as [string, Handler][])('and says that the answer was %s', async (failure, handler) => {
    expect(await failureOf(handler)).toMatchObject({ failure });
  });

  const answer = Buffer.from(JSON.stringify({ data: { text: 'x'.repeat(5_000) } }));
  const compressed =
    (encoding: string, bytes: Buffer): Handler =>
    ({ headers }, response) => {
      expect(headers['accept-encoding']).toBe('gzip, br, deflate');
      response.writeHead(200, { 'content-encoding': encoding }).end(bytes);
    };

  it.each([
    ['gzip', gzipSync(answer)],
    ['br', brotliCompressSync(answer)],
    ['deflate', deflateSync(answer)],
  ])('unlike one that compresses its answers by %s', async (encoding, bytes) => {
    expect(await problemOf(compressed(encoding, bytes))).toBe('none');
    expect(await failureOf(compressed(encoding, bytes), { maxAnswerBytes: 4_000 })).toMatchObject({
      failure: 'oversized',
    });
    expect(await failureOf(compressed(encoding, bytes.subarray(0, bytes.length / 2)))).toMatchObject({
      failure: 'malformed',
    });
  });

  it('by an encoding that nobody asked for', async () => {
    expect(await problemOf(compressed('zstd', answer))).toBe(
      'The subgraph answered in an encoding it was not asked for',
    );
  });

  it('by not being there', async () => {
    const transport = httpTransport({ url: 'http://127.0.0.1:1/' });
    await expect(transport.execute({ query: '{ a }', headers: {} })).rejects.toThrow(
      'The subgraph refused the connection',
    );
    const [step] = await Promise.allSettled([
      transport.subscribe({ query: 'subscription { a }', headers: {} }).next(),
    ]);
    expect(step).toMatchObject({ status: 'rejected' });
    await transport.close();
  });

  it('in time for a caller who gives up', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    bad = silent;
    await once(silent, 'listening');
    const transport = httpTransport({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/` });
    const controller = new AbortController();
    const request = { query: '{ a }', headers: {}, signal: controller.signal };
    const waiting = transport.execute(request);
    controller.abort(new Error('nobody waits'));
    await expect(waiting).rejects.toThrow('nobody waits');
    await expect(transport.execute(request)).rejects.toThrow('nobody waits');
    await transport.close();
  });
});
