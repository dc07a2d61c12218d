import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export type Received = { id: string; body: string; headers: IncomingHttpHeaders; type: string; data: any };

/** A status, and headers where they matter. */
export type Answer = number | { status: number; headers: Record<string, string> };

export type Receiver = {
  url: string;
  /** What came, in the order in which it came; what it was answered is the business of `answer`. */
  all: Received[];
  /** Set it to answer otherwise, or by a promise to let the sender wait. @default 204 */
  answer: (received: Received) => Answer | Promise<Answer>;
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
    const answer = await receiver.answer(received);
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.writeHead(answer.status, answer.headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}
