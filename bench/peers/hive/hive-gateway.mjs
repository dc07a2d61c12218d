// Hive Gateway with its planner in Rust, served as its own command line does it: by node:http.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

const [port, supergraph = '', sharing] = process.argv.slice(2);
const shared = sharing === 'shared';
const gateway = createGatewayRuntime({
  supergraph: readFileSync(supergraph, 'utf8'),
  unifiedGraphHandler,
  logging: false,
  // Identical queries that are under way at once: by default those of subgraphs are shared, those of clients are not.
  inboundInflightRequestDeduplication: shared,
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: shared } } },
});
createServer(gateway).listen(Number(port), '127.0.0.1');
