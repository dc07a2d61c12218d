import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** What goes out on one socket, past the protocol library. */
export class SocketOutput {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  /** What waits for the client in all its subscriptions. */
  readonly waiting = { bytes: 0 };

  /** @param stream the connection below the socket; it says `drain` when the client has taken what was written */
  constructor(socket: WebSocket, stream: Duplex) {
    this.#socket = socket;
    this.#stream = stream;
  }

  write(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Whether the client has yet to take what was written. */
  isFull(): boolean {
    return this.#stream.writableNeedDrain;
  }
}
