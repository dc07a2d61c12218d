import type { FastifyInstance } from 'fastify';

/** Liveness is that we answer at all. Readiness asks whether the subgraphs can be reached too. */
export function healthRoutes(
  server: FastifyInstance,
  { isReady }: { isReady: () => Promise<boolean> | boolean },
): void {
  const alive = async () => ({ status: 'ok' });
  server.get('/health', alive);
  server.get('/health/live', alive);
  server.get('/health/ready', async (_request, reply) => {
    const ready = await Promise.resolve(isReady()).catch(() => false);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });
}
