// A subgraph that streams as Hive Gateway asks for it: by Server-Sent Events, with nothing around it that costs.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { meridianSubgraph } from '../world/meridian.ts';

const [port, name = ''] = process.argv.slice(2);
const { transport } = meridianSubgraph(name);

/** Subscriptions come by GET. */
async function operationOf(request: IncomingMessage) {
  if (request.method === 'GET') {
    const {
      query = '',
      operationName,
      variables,
    } = Object.fromEntries(new URL(request.url ?? '', 'http://localhost').searchParams);
    return { query, operationName, variables: variables && JSON.parse(variables), headers: {} };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { query, operationName, variables } = JSON.parse(Buffer.concat(chunks).toString());
  return { query, operationName, variables, headers: {} };
}

const server = createServer(async (request, response) => {
  const operation = await operationOf(request);
  if (!/^\s*subscription\b/.test(operation.query)) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await transport.execute(operation)));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  const events = transport.subscribe(operation);
  response.on('close', () => void events.return?.());
  for await (const event of events)
    if (!response.write(`event: next\ndata: ${JSON.stringify(event)}\n\n`)) await once(response, 'drain');
  response.end('event: complete\ndata:\n\n');
});
server.keepAliveTimeout = 600_000;
server.listen(Number(port), '127.0.0.1', 4_096);
