import type { ExecutionResult } from 'graphql';
import type { EndReason } from '../subscriptions/end-reasons.ts';
import type { LiveRequest, LiveStream, LiveStreams } from '../subscriptions/live-streams.ts';
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

/**
 * One subscription for the protocol library, which learns from it only when and why it is over. Its frames are texts
 * that many clients share: they go straight to the socket, as the library would have written them.
 */
export function socketStream(
  streams: LiveStreams,
  request: LiveRequest,
  { output, streams: open, gone }: SocketExtra,
  id: string,
): AsyncIterableIterator<ExecutionResult> {
  const over = Promise.withResolvers<void>();
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  let live: LiveStream | undefined;
  let isOver = false;

  function start(): void {
    live = streams.open(request, {
      next: ({ text }) => output.write(`${head}${text}}`),
      end(reason) {
        leave();
        if (reason) over.reject(new StreamEnded(reason));
        else over.resolve();
      },
      isFull: output.isFull,
      waiting: output.waiting,
    });
    if (!isOver) open.add(live);
  }

  function leave(): void {
    isOver = true;
    if (live) open.delete(live);
  }

  const stream: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => stream,
    async next() {
      // Not before: the library would not hear of a subscription that its client gives up meanwhile.
      if (gone.signal.aborted) over.resolve();
      else if (!live) start();
      await over.promise;
      return { done: true, value: undefined };
    },
    async return() {
      live?.close();
      leave();
      over.resolve();
      return { done: true, value: undefined };
    },
  };
  return stream;
}
