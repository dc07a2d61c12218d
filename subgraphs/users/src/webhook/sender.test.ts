import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type LookupFunction, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openSender, type SenderOptions } from './sender.ts';

/** For receivers that never come to an end; others get all the time that they need. */
const brief = { timeLimitMs: 300 };

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A receiver, and how often somebody connected to it. */
async function receiver(listener: RequestListener) {
  const server = createHttpServer(listener);
  const port = await listening(server);
  let connections = 0;
  server.on('connection', () => connections++);
  return { port, url: `http://127.0.0.1:${port}/hook`, connections: () => connections };
}

/** One that answers each connection with these bytes, and says no more. */
async function rawReceiver(answer: (socket: Socket) => void): Promise<string> {
  const port = await listening(
    createServer((socket) => socket.on('error', () => {}).once('data', () => answer(socket))),
  );
  return `http://127.0.0.1:${port}/`;
}

function post(url: string, options: Partial<SenderOptions> = {}) {
  const sender = openSender({ allowPrivate: true, allowHttp: true, ...options });
  cleanUp.push(() => sender.close());
  return sender.post({ url, headers: { 'webhook-id': 'event_1' }, body: '{"a":1}' });
}

test('a receiver gets the body and the headers; every 2xx will do', async () => {
  const heard: unknown[] = [];
  const { url } = await receiver(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, headers } = request;
    heard.push([method, headers['webhook-id'], headers['content-type'], body]);
    response.writeHead(204).end();
  });
  expect(await post(url)).toEqual({ status: 204, error: null });
  expect(heard).toEqual([['POST', 'event_1', 'application/json', '{"a":1}']]);
});

test('any other status is a failure', async () => {
  for (const status of [400, 404, 410, 500, 503]) {
    const { url } = await receiver((_, response) => response.writeHead(status).end());
    expect(await post(url)).toEqual({ status, error: `The receiver answered ${status}` });
  }
});

test('a redirect is not followed', async () => {
  const inside = await receiver((_, response) => response.end());
  for (const status of [301, 302, 303, 307, 308]) {
    const { url } = await receiver((_, response) =>
      response.writeHead(status, { location: inside.url }).end(),
    );
    expect(await post(url)).toMatchObject({ status, error: expect.stringContaining(String(status)) });
  }
  expect(inside.connections()).toBe(0);
});

test('a receiver that hangs costs no more than the time limit', async () => {
  const { url } = await receiver(() => {});
  expect(await post(url, brief)).toEqual({ status: null, error: 'The receiver did not answer within 0.3 s' });
  const silent = await rawReceiver(() => {});
  expect(await post(silent, brief)).toMatchObject({
    status: null,
    error: expect.stringContaining('did not answer'),
  });
});

test('headers that drip in do not hold the time limit up', async () => {
  const url = await rawReceiver((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => socket.write('x: y\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  expect(await post(url, brief)).toMatchObject({
    status: null,
    error: expect.stringContaining('did not answer'),
  });
});

test('of an answer that never ends, or is too long, only the status counts', async () => {
  let written = 0;
  const huge = await receiver((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
      response.once('drain', more);
    };
    response.writeHead(200);
    more();
  });
  expect(await post(huge.url)).toEqual({ status: 200, error: null });
  expect(written).toBeLessThan(32 * 1024 * 1024);

  const dripping = await rawReceiver((socket) => {
    socket.write('HTTP/1.1 500 No\r\ncontent-length: 1000000\r\n\r\n');
    const timer = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  // Long enough for the status to arrive.
  expect(await post(dripping, { timeLimitMs: 2_000 })).toEqual({
    status: 500,
    error: 'The receiver answered 500',
  });
});

test('a receiver that hangs up: before its status it has failed, after it the status counts', async () => {
  const before = await rawReceiver((socket) => socket.destroy());
  expect(await post(before)).toEqual({ status: null, error: 'The connection was closed before an answer' });
  const halfway = await rawReceiver((socket) => socket.end('HTTP/1.1 200'));
  expect(await post(halfway)).toMatchObject({ status: null, error: expect.any(String) });
  const inBody = await rawReceiver((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx'));
  expect(await post(inBody)).toEqual({ status: 200, error: null });
});

test('answers that are no HTTP, headers without end, and nobody at all', async () => {
  const nonsense = await rawReceiver((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  expect(await post(nonsense)).toMatchObject({ status: null, error: expect.any(String) });
  const headers = await rawReceiver((socket) =>
    socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
  );
  expect(await post(headers)).toMatchObject({ status: null, error: expect.any(String) });
  expect(await post('http://127.0.0.1:1/')).toMatchObject({
    status: null,
    error: 'The connection was refused',
  });
  expect(await post((await rawReceiver(() => {})).replace('http', 'https'), brief)).toMatchObject({
    status: null,
  });
});

test('plain http, and addresses inside, are not connected to unless allowed', async () => {
  const { url, port, connections } = await receiver((_, response) => response.end());
  expect(await post(url, { allowHttp: false })).toMatchObject({ error: 'The URL is not an https one' });
  const inside = { status: null, error: 'The host has no address of the public internet' };
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433'])
    expect(await post(`http://${host}:${port}/`, { allowPrivate: false }), host).toEqual(inside);
  expect(connections()).toBe(0);
});

test('a name is judged by what it leads to at that moment: rebinding it does not help', async () => {
  const { port, connections } = await receiver((_, response) => response.end());
  let answers: string[][] = [];
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, _options, callback) => {
    asked.push(hostname);
    callback(
      null,
      (answers.shift() ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  const inside = { status: null, error: 'The host has no address of the public internet' };
  const guarded = { allowPrivate: false, lookup };
  const url = `http://rebinding.example:${port}/`;

  for (const address of [
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
  ]) {
    answers = [[address]];
    expect(await post(url, guarded), address).toEqual(inside);
  }
  expect(asked.length).toBe(6);

  // Asked once for each connection: no second answer comes between the judgement and the connection.
  answers = [['198.51.100.1', '127.0.0.1'], ['127.0.0.1']];
  expect(await post(url, guarded)).toEqual(inside);
  expect(asked.length).toBe(7);
  expect(await post(url, guarded)).toEqual(inside);
  expect(connections()).toBe(0);
});
