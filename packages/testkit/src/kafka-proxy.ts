import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** ApiVersions says of ListOffsets (API 2): versions 0 to 5. */
const claimed = Buffer.from('000200000005', 'hex');
const spoken = Buffer.from('000200000003', 'hex');

export type FrankProxy = {
  port: number;
  /** Ends all connections and takes no new ones, as a broker does that is away. */
  cut(): Promise<void>;
  heal(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Stands before the broker of librdkafka 2.0 and makes its answer true: it says that it speaks version 5 of ListOffsets,
 * but leaves out the leader's epoch which that has since version 4. It also has itself named as the broker.
 */
export async function frankProxy(brokerPort: number): Promise<FrankProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connect(brokerPort, '127.0.0.1');
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
    }
    client.pipe(broker);
    broker.on(
      'data',
      framed((frame) => client.write(corrected(frame))),
    );
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const addressWith = (at: number): Buffer => {
    const bytes = Buffer.alloc(13);
    bytes.write('127.0.0.1');
    bytes.writeInt32BE(at, 9);
    return bytes;
  };
  const [theirs, ours] = [addressWith(brokerPort), addressWith(port)];

  const corrected = (frame: Buffer): Buffer => {
    replace(frame, claimed, spoken);
    replace(frame, theirs, ours);
    return frame;
  };
  const cut = async (): Promise<void> => {
    server.close();
    for (const socket of sockets) socket.destroy();
    while (sockets.size > 0) await new Promise((done) => setImmediate(done));
  };
  return {
    port,
    cut,
    async heal() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    stop: cut,
  };
}

function replace(frame: Buffer, from: Buffer, to: Buffer): void {
  for (let at = frame.indexOf(from); at >= 0; at = frame.indexOf(from, at + to.length)) to.copy(frame, at);
}

/** Calls `onFrame` with each whole answer, its four bytes of length included. */
function framed(onFrame: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      onFrame(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}
