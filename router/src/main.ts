import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { stopOnSignals } from '@meridian/kernel/shutdown';
import { help, readArguments, type ServeArguments, UsageError } from './arguments.ts';
import { readRouterConfig } from './config.ts';

/** Reads the settings, loads the supergraph and serves it until a signal comes. */
async function serve({ supergraph, port, host }: ServeArguments): Promise<void> {
  const config = readRouterConfig({ SUPERGRAPH: supergraph, PORT: port, HOST: host });
  if (!config.supergraph) throw new UsageError('Which supergraph? Give --supergraph FILE or set SUPERGRAPH.');

  const { readSupergraph } = await import('./supergraph-file.ts');
  const { httpTransports } = await import('./transport/http-transports.ts');
  const { reachable } = await import('./transport/reachable.ts');
  const { createRouter } = await import('./router.ts');

  const supergraphSdl = await readSupergraph(config.supergraph);
  const transports = httpTransports(supergraphSdl, config.subgraphUrls);
  const logger = createLogger('router', config.logLevel);
  const metrics = createMetrics('router', { withProcess: true });
  const isReady = reachable(transports);
  const router = await createRouter({ supergraphSdl, transports, config, logger, metrics, isReady });
  const url = await router.listen();
  stopOnSignals(router, logger, config.drainMs + 5_000);
  logger.info({ url, supergraph: config.supergraph, production: config.production }, 'serving');
}

/** What went wrong at start, in words that say what to do. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const taken = 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
  return taken
    ? `Port ${error.port} is taken. Give another with --port N or PORT, or stop what uses it.`
    : error.message;
}

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  if (asked.command === 'help') process.stdout.write(help);
  else if (asked.command === 'version')
    process.stdout.write(`${(await import('./versions.ts')).versions()}\n`);
  else await serve(asked);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
