import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/**
 * GraphiQL in one page that loads nothing from elsewhere: its script, styles and workers are inline, and the
 * content security policy names the script by its hash. The bundle is 9 MB (2.4 MB zipped), so it is loaded when
 * somebody first asks.
 */
export function explorerRoute(server: FastifyInstance): void {
  let page: ReturnType<typeof renderExplorer> | undefined;
  server.get('/explorer', async (_request, reply) => {
    page ??= renderExplorer();
    const { zipped, policy } = await page;
    return reply
      .type('text/html; charset=utf-8')
      .header('content-encoding', 'gzip')
      .header('content-security-policy', policy)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .send(zipped);
  });
}

async function renderExplorer(): Promise<{ zipped: Buffer; policy: string }> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Explorer',
    endpoint: '/graphql',
    subscriptionsProtocol: 'WS',
    schemaDescription: true,
    inputValueDeprecation: true,
    defaultQuery: '# Write a query; Ctrl-Space completes, Ctrl-Enter runs.\n{\n  __typename\n}\n',
  });
  const script = /<script>([\s\S]*)<\/script>\s*<\/body>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}' blob:`,
    'worker-src blob:',
    "style-src 'unsafe-inline'", // the editor writes style elements as it runs
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { zipped: await promisify(gzip)(html), policy };
}
