import { parseCommandLine } from '@meridian/kernel/command-line';

export type ServeArguments = {
  command: 'serve';
  supergraph: string | undefined;
  port: string | undefined;
  host: string | undefined;
};
export type Arguments = { command: 'help' } | { command: 'version' } | ServeArguments;

export const help = `Serves a federated GraphQL API.

  npm run router -- --supergraph FILE [--port N] [--host ADDRESS]

  --supergraph FILE   a composed supergraph (.graphql), or a supergraph.yaml to compose; or SUPERGRAPH
  --port N            where to listen; or PORT; 4000 if neither is given, 0 for any free port
  --host ADDRESS      on which address; or HOST; 127.0.0.1 if neither is given
  --version           versions of everything that is served
  --help              this text

Settings come from the environment:

  NODE_ENV=production   hides the schema, the explorers and the messages of unexpected errors
  SUBGRAPH_URLS         where subgraphs are, if not where the supergraph says: users=http://…,catalog=http://…
  AUTH_JWKS             keys that sign tokens: a URL or a file; without it everybody is anonymous
  AUTH_ISSUER           who must have issued them
  AUTH_AUDIENCE         for whom they must be
  VIEWER_SECRET         shared with subgraphs, 32 characters or more: signs who asks
  FORWARD_HEADERS       client headers that subgraphs get too, separated by commas
  REQUEST_TIMEOUT_MS    how long all calls for a request may take together, 30000
  SUBGRAPH_TIMEOUT_MS   how long one call may take, 10000; for some subgraphs otherwise: 10000,catalog=2000
  SUBGRAPH_RETRIES      how often a read is tried again, 2; mutations never are
  SUBGRAPH_RETRY_PERCENT      retries as a part of all calls, 20
  SUBGRAPH_CONCURRENCY  calls to a subgraph under way at once, and connections to it, 128
  SUBGRAPH_QUEUE        calls to a subgraph that may wait for their turn, 2000
  SUBGRAPH_CIRCUIT_PERCENT    failed calls above which a subgraph is left in peace, 50
  SUBGRAPH_CIRCUIT_OPEN_MS    for how long, 2000
  SUBGRAPH_ANSWER_LIMIT_BYTES longest answer of a subgraph, 16777216
  OPERATION_LIMIT_BYTES, _TOKENS, _DEPTH, _ALIASES, _ROOT_FIELDS, _DIRECTIVES, _DIRECTIVES_AT_ONE_PLACE,
    _SELECTIONS (fragments counted wherever they are spread), _INTROSPECTION_DEPTH
                        what an operation may ask for at most; .env.example has the defaults
  PLANNING_WORKERS      threads that plan operations not seen before, 1
  PLANNING_TIME_LIMIT_MS      for one operation, 2000; one that takes longer is refused
  PLANNING_MEMORY_MB    for each thread, 512; an operation that takes more is refused
  PLANNING_WAIT_MS      how long one may wait for a thread, 10000
  PLANNING_IDLE_MS      after so long without such an operation the threads end until the next, 10000
  PLANNING_QUARANTINE_MS      for so long both are refused without another try, 60000
  PLANNING_QUEUE        operations that may wait to be planned, 200
  PLANNING_WARM_UP      operations, of those used most, planned for a new supergraph before it is served, 100
  BODY_LIMIT_BYTES      longest request, 1000000
  CORS_ORIGINS          pages of these may use /graphql: https://shop.example.com,https://…; none if not given
  METRICS_TOKEN         who has it may read /metrics; without one that is who asks from this machine
  SHARE_IN_FLIGHT       run a query once for all who ask the same at the same time, true
  DRAIN_MS              how long running requests may take to end when it stops, 5000
  LOG_LEVEL             trace, debug, info, warn, error or silent
`;

/** @throws UsageError for an option that does not exist or lacks its value. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values } = parseCommandLine(
    argv,
    {
      options: {
        supergraph: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    },
    'See --help.',
  );
  if (values.help) return { command: 'help' };
  if (values.version) return { command: 'version' };
  return { command: 'serve', supergraph: values.supergraph, port: values.port, host: values.host };
}
