import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SubgraphTransport } from '@meridian/kernel/transport';

/** What becomes of one call; `answer` carries the operation out and gives the text that a healthy subgraph sends. */
export type Behaviour = (
  exchange: { request: IncomingMessage; response: ServerResponse; call: number },
  answer: () => Promise<string>,
) => unknown;

const json = { 'content-type': 'application/json' };

export const well: Behaviour = async ({ response }, answer) =>
  response.writeHead(200, json).end(await answer());

/** Keeps the connection and says nothing. */
export const silent: Behaviour = () => {};

export const saying =
  (body: string | Buffer, headers: Record<string, string> = {}, status = 200): Behaviour =>
  ({ response }) =>
    response.writeHead(status, { ...json, ...headers }).end(body);

export const hangingUp: Behaviour = ({ request }) => request.socket.resetAndDestroy();

/** Sends the head and a piece of the answer, then resets the connection. */
export const breakingOff: Behaviour = async ({ request, response }, answer) => {
  const text = await answer();
  response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(text) });
  response.write(text.slice(0, text.length / 2), () => request.socket.resetAndDestroy());
};

/** Sends blanks, of which JSON may have any number, until `bytes` are out or nobody reads on. */
export const streaming =
  (bytes: number, progress: { sent: number; over: boolean }): Behaviour =>
  async ({ response }) => {
    const piece = Buffer.alloc(65_536, ' ');
    function* pieces() {
      for (; progress.sent < bytes; progress.sent += piece.length) yield piece;
    }
    response.writeHead(200, json);
    await pipeline(Readable.from(pieces()), response).catch(() => {});
    progress.over = true;
  };

/** Sends the head and then a blank every few milliseconds, of which JSON may have any number, as long as somebody reads on. */
export const dripping =
  (progress: { over: boolean }): Behaviour =>
  ({ response }) => {
    response.writeHead(200, json);
    const timer = setInterval(() => response.write(' '), 10);
    response.once('close', () => {
      clearInterval(timer);
      progress.over = true;
    });
  };

/** A subgraph on a port of its own that does what it is told with each call, in front of one that is well. */
export async function chaosSubgraph({ execute }: Pick<SubgraphTransport, 'execute'>) {
  const sockets = new Set<Socket>();
  let behaviour = well;
  let calls = 0;

  const server = createServer(async (request, response) => {
    const call = ++calls;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = request.headers as Record<string, string>;
    const answer = async () =>
      JSON.stringify(await execute({ ...JSON.parse(Buffer.concat(chunks).toString()), headers }));
    await behaviour({ request, response, call }, answer);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    behave(as: Behaviour) {
      behaviour = as;
    },
    /** Calls that arrived, whatever became of them. */
    get calls() {
      return calls;
    },
    /** Connections that are open. */
    sockets,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type ChaosSubgraph = Awaited<ReturnType<typeof chaosSubgraph>>;
