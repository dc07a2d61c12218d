import type { ExecutionResult } from 'graphql';
import type { EndReason } from '../subscriptions/end-reasons.ts';
import type { Frame } from '../subscriptions/frame.ts';
import type { LiveRequest, LiveStream, LiveStreams } from '../subscriptions/live-streams.ts';
import type { LiveSink } from '../subscriptions/reader.ts';
import type { SocketExtra } from './ws-connection.ts';

/** Thrown to the protocol library, which asks for what to send. */
export class StreamEnded extends Error {
  override name = 'StreamEnded';
  readonly reason: EndReason;
  constructor(reason: EndReason) {
    super('the stream ended');
    this.reason = reason;
  }
}

type End = PromiseWithResolvers<IteratorResult<ExecutionResult>>;

const done = { done: true as const, value: undefined };

/**
 * One subscription for the protocol library, which learns from it only when and why it is over. Its frames are texts
 * that many clients share: they go straight to the socket, as the library would have written them.
 * Classes, because there is one for each subscription.
 */
export class SocketStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #streams: LiveStreams;
  readonly #extra: SocketExtra;
  readonly #id: string;
  /** Until it begins. */
  #request: LiveRequest | undefined;
  #live: LiveStream | undefined;
  #end: End | undefined;
  #isOver = false;

  constructor(streams: LiveStreams, request: LiveRequest, extra: SocketExtra, id: string) {
    this.#streams = streams;
    this.#request = request;
    this.#extra = extra;
    this.#id = id;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ExecutionResult>> {
    const request = this.#request;
    this.#request = undefined;
    if (this.#isOver || this.#extra.isGone) return Promise.resolve(done);
    this.#end ??= Promise.withResolvers();
    const { promise } = this.#end;
    // Not before: the library would not hear of a subscription that its client gives up meanwhile.
    if (request) this.#start(request);
    return promise;
  }

  return(): Promise<IteratorResult<ExecutionResult>> {
    this.#live?.close();
    this.over();
    return Promise.resolve(done);
  }

  /** The stream is over, for this reason if any. */
  over(reason?: EndReason): void {
    this.#isOver = true;
    if (this.#live) this.#extra.streams.delete(this.#live);
    if (reason) this.#end?.reject(new StreamEnded(reason));
    else this.#end?.resolve(done);
  }

  #start(request: LiveRequest): void {
    this.#live = this.#streams.open(request, new SocketSink(this, this.#extra, this.#id));
    if (!this.#isOver) this.#extra.streams.add(this.#live);
  }
}

/** Where its frames go. */
class SocketSink implements LiveSink {
  readonly #stream: SocketStream;
  readonly #extra: SocketExtra;
  readonly #head: string;

  constructor(stream: SocketStream, extra: SocketExtra, id: string) {
    this.#stream = stream;
    this.#extra = extra;
    this.#head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  }

  get waiting(): { bytes: number } {
    return this.#extra.output.waiting;
  }

  next({ text }: Frame): void {
    this.#extra.output.write(`${this.#head}${text}}`);
  }

  end(reason?: EndReason): void {
    this.#stream.over(reason);
  }

  isFull(): boolean {
    return this.#extra.output.isFull();
  }
}
