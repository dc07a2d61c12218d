import { keepMemorySmall, leaveStartBehind } from '@meridian/kernel/collector';
import { UsageError } from '@meridian/kernel/command-line';
import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { stopOnSignals } from '@meridian/kernel/shutdown';
import { help, readArguments, type ServeArguments } from './arguments.ts';
import { readRouterConfig } from './config.ts';

/** Reads the settings, loads the supergraph and serves it until a signal comes. */
async function serve({ supergraph, port, host }: ServeArguments): Promise<void> {
  keepMemorySmall();
  const config = readRouterConfig({ SUPERGRAPH: supergraph, PORT: port, HOST: host });
  if (!config.supergraph) throw new UsageError('Which supergraph? Give --supergraph FILE or set SUPERGRAPH.');

  const { supergraphLoader } = await import('./load-supergraph.ts');
  const { reachable } = await import('./transport/reachable.ts');
  const { createRouter } = await import('./router.ts');
  const { reloadOnChange } = await import('./reload.ts');

  // Before the planning thread needs memory, and again when the supergraph is loaded.
  leaveStartBehind();
  const file = config.supergraph;
  const load = supergraphLoader(file, config.subgraphUrls, config.transport);
  const logger = createLogger('router', config.logLevel);
  const metrics = createMetrics('router', { withProcess: true });
  const router = await createRouter({ ...(await load()), config, logger, metrics, isReady: reachable() });
  leaveStartBehind();
  const url = await router.listen();
  const stopReloading = reloadOnChange(file, load, router, logger);
  const stop = async () => {
    stopReloading();
    await router.stop();
  };
  stopOnSignals({ stop }, logger, config.drainMs + 5_000);
  logger.info({ url, supergraph: file, production: config.production }, 'serving');
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
  else if (asked.command === 'version') process.stdout.write((await import('./versions.ts')).versions());
  else await serve(asked);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
