import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';

export type Subscription = { query: string; variables: Readonly<Record<string, unknown>> };
/** Gets each frame. */
export type OnFrame = (frame: string) => void;
/** Ends a connection. */
export type Disconnect = () => void;

/** graphql-transport-ws without a client library, whose work would be most of what is measured. */
export async function overWebSocket(
  url: string,
  subscription: Subscription | undefined,
  onFrame: OnFrame,
): Promise<Disconnect> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.on('message', (data: Buffer) => {
    const text = String(data);
    if (text.includes('"type":"next"')) onFrame(text);
    else throw new Error(`A subscriber got ${text.slice(0, 200)}`);
  });
  if (subscription) socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: subscription }));
  return () => socket.terminate();
}

const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });

/** GraphQL over SSE, distinct connections mode. */
export async function overServerSentEvents(
  url: string,
  subscription: Subscription | undefined,
  onFrame: OnFrame,
): Promise<Disconnect> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const sent = request(url, { method: 'POST', agent, headers });
  sent.on('error', () => {}); // It is cut off at the end.
  sent.end(JSON.stringify(subscription));
  const [response] = await once(sent, 'response');
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) if (message.includes('event: next')) onFrame(message);
  });
  return () => sent.destroy();
}
