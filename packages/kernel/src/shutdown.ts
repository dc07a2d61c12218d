import type { Logger } from './logger.ts';

export type Stoppable = { stop(): Promise<void> };

/**
 * Stops everything on SIGINT or SIGTERM, or when the process that started this one is gone (its channel closes).
 * A second signal, or `graceMs` without an end, exits at once with code 1.
 */
export function stopOnSignals(program: Stoppable, logger: Logger, graceMs = 10_000): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals | 'disconnect') => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    const timer = setTimeout(() => {
      logger.error({ graceMs }, 'did not stop in time');
      process.exit(1);
    }, graceMs);
    timer.unref();
    program.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ error }, 'failed to stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  if (process.channel) {
    process.on('disconnect', () => onSignal('disconnect'));
    process.channel.unref();
  }
}
