import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@meridian/kernel/errors';
import type { Metrics } from '@meridian/kernel/metrics';
import type { FastifyInstance, FastifyRequest } from 'fastify';

type MetricsRoute = {
  registry: Metrics;
  /** Who has it may read. Without one that is who asks from this machine. */
  token: string | undefined;
};

/** Prometheus metrics at `/metrics`. They tell what is asked how often, which is not for everybody. */
export function metricsRoute(server: FastifyInstance, { registry, token }: MetricsRoute): void {
  const mayRead = token === undefined ? isFromHere : carries(token);
  server.get('/metrics', async (request, reply) => {
    if (!mayRead(request)) throw new AppError('FORBIDDEN', 'Metrics are for who has METRICS_TOKEN');
    reply.header('content-type', registry.contentType);
    return registry.metrics();
  });
}

const isFromHere = ({ socket: { remoteAddress = '' } }: FastifyRequest): boolean =>
  remoteAddress === '::1' || /^(::ffff:)?127\./.test(remoteAddress);

/** Hashes are of one length, as comparing in constant time takes. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function carries(token: string): (request: FastifyRequest) => boolean {
  const expected = digest(`Bearer ${token}`);
  return ({ headers: { authorization = '' } }) => timingSafeEqual(digest(authorization), expected);
}
