import type { Metrics } from '@meridian/kernel/metrics';
import { withoutSchemas } from '@meridian/kernel/without-schemas';
import Fastify, { type FastifyInstance } from 'fastify';
import { correlationHeader, correlationIdOf } from '../telemetry/correlation.ts';
import { allowOrigins } from './cross-origin.ts';
import { drainConnections } from './drain.ts';
import { explorerRoute } from './explorer.ts';
import { graphqlRoute } from './graphql-route.ts';
import { healthRoutes } from './health.ts';
import { handleErrors } from './http-errors.ts';
import { indexRoute } from './index-page.ts';
import { metricsRoute } from './metrics-route.ts';

type HttpDoor = Parameters<typeof graphqlRoute>[1] &
  Parameters<typeof handleErrors>[1] & {
    registry: Metrics;
    isReady: () => Promise<boolean> | boolean;
    bodyLimitBytes: number;
    metricsToken: string | undefined;
    crossOrigin: Parameters<typeof allowOrigins>[1];
  };

/** Everything that the router serves over HTTP. */
export function httpDoor(options: HttpDoor): FastifyInstance {
  const { registry, isReady, bodyLimitBytes, metricsToken, crossOrigin, ...door } = options;
  const server = Fastify({
    bodyLimit: bodyLimitBytes,
    // A client has this long to send its request.
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    schemaController: withoutSchemas,
    exposeHeadRoutes: false,
  });
  server.addHook('onRequest', ({ headers }, reply, done) => {
    reply.header(correlationHeader, correlationIdOf(headers[correlationHeader]));
    done();
  });
  allowOrigins(server, crossOrigin);
  drainConnections(server);
  parseBodies(server);
  handleErrors(server, door);
  graphqlRoute(server, door);
  healthRoutes(server, { isReady });
  metricsRoute(server, { registry, token: metricsToken });
  // Before connections without a running request are closed, for Node takes one with unsent words for such.
  server.addHook('preClose', () => door.streams.stop());
  if (!door.production) {
    indexRoute(server);
    explorerRoute(server);
  }
  return server;
}

/** JSON is read as it stands; a body of any other type is dropped, and missed by whoever needs one. */
function parseBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(Object.assign(new Error('The body is not valid JSON'), { statusCode: 400 }));
    }
  });
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined));
}
