import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export type Received = { id: string; body: string; headers: IncomingHttpHeaders; type: string; data: any };

export type Receiver = {
  url: string;
  /** What came, in the order in which it came; what it was answered is the business of `answer`. */
  all: Received[];
  /** Set it to answer otherwise: a status, or a promise of one to let the sender wait. @default 204 */
  answer: (received: Received) => number | Promise<number>;
};

/** Somebody's program that takes webhooks, until the tests of the file are done. */
export async function openReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', all: [], answer: () => 204 };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { type, data } = JSON.parse(body);
    const received = {
      id: String(request.headers['webhook-id']),
      body,
      headers: request.headers,
      type,
      data,
    };
    receiver.all.push(received);
    response.writeHead(await receiver.answer(received)).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}
