import { type Client, createClient, type Message, MessageType, stringifyMessage } from 'graphql-ws';
import { WebSocket } from 'ws';
import { QueuedStream } from './event-queue.ts';
import { streamWindowHeader, usualWindow, windowIn } from './stream-window.ts';
import type { SubgraphRequest, SubgraphResponse } from './transport.ts';
import { SubgraphUnreachable } from './transport-failure.ts';

export type StreamConnectionOptions = {
  url: string;
  webSocket: new (address: string, protocols?: string) => WebSocket;
  headers: SubgraphRequest['headers'];
  connectTimeoutMs: number;
  keepAliveMs: number;
  /** Called when no further stream may begin on it: the last was ended, or the connection is lost. */
  onOver(connection: StreamConnection): void;
};

/**
 * One WebSocket to a subgraph with any number of streams on it. What connects, signs in and pings is graphql-ws's; which
 * message is of which stream is looked up here, for its client holds 2 kB more for each subscription.
 */
export class StreamConnection {
  readonly #client: Client;
  readonly #onOver: StreamConnectionOptions['onOver'];
  readonly #streams = new Map<string, SubgraphStream>();
  /** What is to be sent when the subgraph has acknowledged the connection. */
  #unsent: Map<string, string> | undefined = new Map();
  #socket: WebSocket | undefined;
  #begun = 0;
  #isWindowed = false;

  constructor({ url, webSocket, headers, connectTimeoutMs, keepAliveMs, onOver }: StreamConnectionOptions) {
    this.#onOver = onOver;
    let silence: NodeJS.Timeout | undefined;
    const client = createClient({
      url,
      webSocketImpl: webSocket,
      connectionParams: { ...headers, [streamWindowHeader]: String(usualWindow) },
      connectionAckWaitTimeout: connectTimeoutMs,
      keepAlive: keepAliveMs,
      lazy: false,
      retryAttempts: 0,
      // Said by `error` or `closed` as well.
      onNonLazyError: () => {},
      on: {
        connected: (socket, acknowledged) => this.#connected(socket as WebSocket, acknowledged),
        message: (message) => this.#receive(message),
        // A peer that vanished without closing never answers a ping.
        ping: (received) => {
          if (!received) silence = setTimeout(() => client.terminate(), keepAliveMs);
        },
        pong: (received) => {
          if (received) clearTimeout(silence);
        },
        error: (problem) => this.#lose(problem),
        closed: (event) => {
          clearTimeout(silence);
          this.#lose(event);
        },
      },
    });
    this.#client = client;
  }

  /** Begins a stream: at once, or when the connection is there. */
  subscribe({ query, operationName, variables }: SubgraphRequest): SubgraphStream {
    const id = String(++this.#begun);
    const stream = new SubgraphStream(this, id);
    this.#streams.set(id, stream);
    const payload = { query, operationName: operationName ?? null, variables: variables ?? null };
    const message = stringifyMessage({ id, type: MessageType.Subscribe, payload });
    if (this.#unsent) this.#unsent.set(id, message);
    else this.#send(message);
    return stream;
  }

  /** Gives it up with all that runs on it. */
  terminate(): void {
    this.#client.terminate();
  }

  /** Tells the subgraph what was dealt with, where it has agreed on a window. */
  tellTaken(id: string, frames: number): void {
    if (this.#isWindowed)
      this.#send(JSON.stringify({ type: MessageType.Pong, payload: { taken: { id, frames } } }));
  }

  /** A stream is over. The subgraph is told, unless it was the one to say so. */
  leave(id: string): void {
    if (this.#streams.delete(id) && !this.#unsent?.delete(id))
      this.#send(stringifyMessage({ id, type: MessageType.Complete }));
    if (this.#streams.size > 0) return;
    this.#onOver(this);
    // What is still connecting may yet fail, which is nobody's concern any more.
    Promise.resolve(this.#client.dispose()).catch(() => {});
  }

  #send(message: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  #connected(socket: WebSocket, acknowledged: unknown): void {
    this.#socket = socket;
    this.#isWindowed = windowIn(acknowledged) !== null;
    const unsent = this.#unsent?.values() ?? [];
    this.#unsent = undefined;
    for (const message of unsent) this.#send(message);
  }

  #receive(message: Message): void {
    if (!('id' in message)) return;
    const stream = this.#streams.get(message.id);
    if (!stream) return;
    if (message.type === MessageType.Next) {
      stream.push(message.payload as SubgraphResponse);
      return;
    }
    this.#streams.delete(message.id);
    // The subgraph's refusal of the operation.
    if (message.type === MessageType.Error) stream.push({ errors: message.payload });
    stream.end();
  }

  #lose(problem: unknown): void {
    this.#onOver(this);
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    this.#unsent?.clear();
    for (const stream of streams) stream.end(lost(problem));
  }
}

/** One stream of a subgraph, which is told how many frames were taken of it, each time that it is half a window. */
export class SubgraphStream extends QueuedStream<SubgraphResponse> {
  readonly #connection: StreamConnection;
  readonly #id: string;
  #frames = 0;
  /** Called once, whoever ends it. */
  whenOver: (() => void) | undefined;

  constructor(connection: StreamConnection, id: string) {
    super();
    this.#connection = connection;
    this.#id = id;
  }

  override next(): Promise<IteratorResult<SubgraphResponse>> {
    // What is asked for after it is dealt with.
    if (this.#frames >= usualWindow / 2) {
      this.#connection.tellTaken(this.#id, this.#frames);
      this.#frames = 0;
    }
    return super.next();
  }

  protected override handOver(frame: SubgraphResponse): SubgraphResponse {
    this.#frames++;
    return frame;
  }

  protected override onClosed(): void {
    this.#connection.leave(this.#id);
    this.whenOver?.();
  }
}

function lost(problem: unknown): SubgraphUnreachable {
  const code =
    typeof problem === 'object' && problem !== null && 'code' in problem ? ` (${String(problem.code)})` : '';
  return new SubgraphUnreachable(`The subgraph's stream of events broke off${code}`, 'broken', {
    cause: problem,
  });
}
