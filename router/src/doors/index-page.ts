import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

const places: readonly (readonly [path: string, what: string])[] = [
  ['/graphql', 'GraphQL, and Apollo Sandbox in a browser'],
  ['/explorer', 'GraphiQL, works offline'],
  ['/health', 'health (also /health/live and /health/ready)'],
  ['/metrics', 'Prometheus metrics'],
];

const style = `
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1rem; color: #1c2430 }
  h1 { font-size: 1.4rem }
  li { margin: .4rem 0; list-style: none }
  ul { padding: 0 }
  a { display: inline-block; min-width: 6.5rem; font-family: ui-monospace, monospace; color: #0b57d0 }
`;

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>GraphQL router</title>
<style>${style}</style>
<h1>A GraphQL router</h1>
<ul>${places.map(([path, what]) => `<li><a href="${path}">${path}</a> ${what}</li>`).join('\n')}</ul>
</html>
`;

/** Nothing is loaded, and nothing runs: the one style sheet is known by its hash. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** `GET /` tells a developer what is where. */
export function indexRoute(server: FastifyInstance): void {
  server.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page),
  );
}
