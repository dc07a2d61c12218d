import type { FastifyReply } from 'fastify';
import type { SilentClients } from './silent-clients.ts';
import type { StreamFormat } from './stream-format.ts';

export type StreamResponse = {
  write(text: string): void;
  /** Whether the client has yet to take what was written. `onDrain` tells when it has. */
  isFull(): boolean;
  /** Writes the last of the stream. What comes after it is dropped. */
  end(last: string): void;
};

type StreamResponseOptions = {
  heartbeatMs: number;
  silent: SilentClients;
  onDrain(): void;
  /** Runs once, whoever ended it. */
  onGone(): void;
};

/**
 * Turns an HTTP answer into a stream with a heartbeat. A client that takes nothing of what waits for it between two
 * heartbeats is taken for dead, and so is one that acknowledges none of it. One that hangs up is noticed at once.
 */
export function streamResponse(
  reply: FastifyReply,
  format: StreamFormat,
  { heartbeatMs, silent, onDrain, onGone }: StreamResponseOptions,
): StreamResponse {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': format.contentType,
    'cache-control': 'no-store, no-transform',
    // Proxies such as nginx would keep events until a buffer is full.
    'x-accel-buffering': 'no',
  });

  let isOpen = true;
  let stalled = false;
  raw.write(format.opening);
  const heartbeat = setInterval(() => {
    // The last words of a stream must be taken in time, too.
    const waits = raw.writableNeedDrain || !isOpen;
    if (waits && stalled) return raw.destroy();
    stalled = waits;
    if (!waits) raw.write(format.heartbeat);
  }, heartbeatMs);
  const endWatch = raw.socket ? silent.watch(raw.socket, () => raw.destroy()) : () => {};
  raw.on('drain', () => {
    stalled = false;
    if (isOpen) onDrain();
  });
  raw.once('close', () => {
    clearInterval(heartbeat);
    endWatch();
    isOpen = false;
    onGone();
  });

  return {
    write(text) {
      if (isOpen) raw.write(text);
    },
    isFull: () => raw.writableNeedDrain,
    end(last) {
      if (!isOpen) return;
      isOpen = false;
      raw.end(last);
    },
  };
}
