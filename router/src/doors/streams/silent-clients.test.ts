import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentClients } from './silent-clients.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A connection on which so much was written, of which so much waits: in this process, and in the system. */
function connection(port: number) {
  const socket = {
    ...{ localAddress: '127.0.0.1', localPort: 4000, remoteAddress: '127.0.0.1', remotePort: port },
    ...{ bytesWritten: 0, writableLength: 0 },
  };
  return {
    socket: socket as unknown as Socket & typeof socket,
    name: `127.0.0.1 4000 127.0.0.1 ${port}`,
    waiting: 0,
  };
}

function watching(...connections: ReturnType<typeof connection>[]) {
  const silent: number[] = [];
  const clients = silentClients(
    1_000,
    async () =>
      new Map(connections.filter(({ waiting }) => waiting > 0).map(({ name, waiting }) => [name, waiting])),
  );
  const ends = connections.map(({ socket }) => clients.watch(socket, () => silent.push(socket.remotePort)));
  const end = () => {
    for (const endOne of ends) endOne();
  };
  return { silent, look: () => vi.advanceTimersByTimeAsync(1_000), end };
}

it('a client that acknowledges nothing between two looks is silent, whatever is sent meanwhile', async () => {
  const [gone, there] = [connection(1), connection(2)];
  const { silent, look, end } = watching(gone, there);
  await look();
  for (const each of [gone, there]) {
    each.socket.bytesWritten = 30;
    each.waiting = 3;
  }
  await look();
  // The next heartbeat: one of them has taken the last.
  for (const each of [gone, there]) each.socket.bytesWritten = 33;
  gone.waiting = 6;
  expect(silent).toEqual([]);
  await look();
  expect(silent).toEqual([1]);
  end();
});

it('what waits in this process is not what the client has taken', async () => {
  const gone = connection(1);
  const { silent, look, end } = watching(gone);
  gone.socket.bytesWritten = 30;
  gone.waiting = 3;
  await look();
  gone.socket.bytesWritten = 5_000_000;
  gone.socket.writableLength = 4_999_970;
  await look();
  expect(silent).toEqual([1]);
  end();
});

it('a client is not silent that has acknowledged everything in between, or that is busy', async () => {
  const [quiet, busy] = [connection(1), connection(2)];
  const { silent, look, end } = watching(quiet, busy);
  for (let time = 1; time < 10; time++) {
    quiet.waiting = time % 2;
    busy.waiting = 7;
    busy.socket.bytesWritten = 7 * time;
    await look();
  }
  expect(silent).toEqual([]);
  end();
});
