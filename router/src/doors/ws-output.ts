import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** What goes out on one socket, past the protocol library. */
export type SocketOutput = {
  write(text: string): void;
  close(code: number, reason: string): void;
  /** Whether the client has yet to take what was written: `onDrain` is called when it has. */
  isFull(): boolean;
  /** What waits for the client in all its subscriptions. */
  readonly waiting: { bytes: number };
};

/** @param stream the connection below the socket */
export function socketOutput(socket: WebSocket, stream: Duplex, onDrain: () => void): SocketOutput {
  stream.on('drain', onDrain);
  return {
    write(text) {
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    close: (code, reason) => socket.close(code, reason),
    isFull: () => stream.writableNeedDrain,
    waiting: { bytes: 0 },
  };
}
