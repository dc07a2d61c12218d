import { once } from 'node:events';
import { WebSocket } from 'ws';

type Options = { path?: string; protocol?: string | string[]; headers?: Record<string, string> };

/** A socket without a protocol library, to say what no library would. */
export async function bareSocket(
  url: string,
  { path = '/graphql', protocol = 'graphql-transport-ws', headers = {} }: Options = {},
) {
  const socket = new WebSocket(url.replace('http', 'ws') + path, protocol, { headers });
  await once(socket, 'open');
  const messages: unknown[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  const closed = once(socket, 'close').then(([code]) => code as number);
  return { socket, messages, closed, send: (message: unknown) => socket.send(JSON.stringify(message)) };
}

/** All items of a stream that ends. */
export async function collect<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
