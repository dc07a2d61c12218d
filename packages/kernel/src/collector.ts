import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Keeps V8 from putting objects among the old ones when they are made, because others from the same place in the code
 * lived long once. In a server it is a burst of requests that makes them live long; when it is over they would still be
 * collected with old objects only, seconds later (ADR 23). To be called before there is load; it is for the whole process.
 */
export const keepObjectsYoung = (): void => setFlagsFromString('--no-allocation-site-pretenuring');

/**
 * Lets threads that are started from now on have what their `resourceLimits` say for young objects. A
 * `--max-semi-space-size` that Node was started with goes before, and stays with this thread.
 */
export const keepThreadsSmall = (): void => setFlagsFromString('--max-semi-space-size=0');

/**
 * Gives back what only loading needed: garbage, pages that were reserved for young objects, and compiled code that Node
 * keeps until the end to write it to `NODE_COMPILE_CACHE`, which is done now. Without it V8 keeps all that until it has
 * made as much garbage again, which with some requests a second takes minutes (ADR 24). Holds up the thread for a tenth of
 * a second: for programs that do not serve yet.
 */
export function leaveStartBehind(): void {
  flushCompileCache();
  setFlagsFromString('--expose-gc');
  const collect: (options: object) => void = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
