import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Lets the server end as soon as its running requests have. Node alone would wait for two kinds of connection: those
 * on which no request ever came (browsers open them ahead of time), which it takes for busy, and those that become
 * idle after the closing has begun.
 */
export function drainConnections(server: FastifyInstance): void {
  let closing = false;
  const unused = new Set<Socket>();
  server.server.on('connection', (socket) => {
    unused.add(socket);
    socket.on('close', () => unused.delete(socket));
  });
  server.server.on('request', ({ socket }) => unused.delete(socket));
  server.server.on('upgrade', ({ socket }) => unused.delete(socket));

  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  server.addHook('preClose', async () => {
    closing = true;
    for (const socket of unused) socket.destroy();
  });
}
