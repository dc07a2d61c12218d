import type { FastifyInstance } from 'fastify';

const places: readonly (readonly [path: string, what: string])[] = [
  ['/graphql', 'GraphQL, and Apollo Sandbox in a browser'],
  ['/explorer', 'GraphiQL, works offline'],
  ['/health', 'health (also /health/live and /health/ready)'],
  ['/metrics', 'Prometheus metrics'],
];

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Router</title>
<h1>A GraphQL router</h1>
<ul>${places.map(([path, what]) => `<li><a href="${path}">${path}</a>: ${what}</li>`).join('\n')}</ul>
</html>
`;

/** `GET /` tells a developer what is where. */
export function indexRoute(server: FastifyInstance): void {
  server.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', "default-src 'none'").send(page),
  );
}
