import { unwatchFile, watchFile } from 'node:fs';
import type { Logger } from '@meridian/kernel/logger';
import type { Router, Supergraph } from './router.ts';

/** Looking at one file's time costs nothing; unlike notifications it works on every kind of volume. */
const lookEveryMs = 1_000;

/**
 * Reads the supergraph again on SIGHUP and when its file changes. One that does not load is reported, and the one
 * before goes on being served. Gives a function that stops this.
 */
export function reloadOnChange(
  file: string,
  read: () => Promise<Supergraph>,
  { reload }: Pick<Router, 'reload'>,
  logger: Logger,
): () => void {
  let turn = Promise.resolve();
  const again = () => {
    turn = turn.then(async () => {
      try {
        await reload(await read());
        logger.info({ supergraph: file }, 'reloaded');
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        logger.error({ supergraph: file, reason }, 'not reloaded; the supergraph before is still served');
      }
    });
  };
  process.on('SIGHUP', again);
  watchFile(file, { interval: lookEveryMs, persistent: false }, again);
  return () => {
    process.off('SIGHUP', again);
    unwatchFile(file, again);
  };
}
