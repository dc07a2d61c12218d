import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What V8 is told, and why. */
const flags = [
  // Objects are made old from the start where others from the same place in the code lived long once. In a server it is a
  // burst of requests that makes them live long; when it is over they would still be collected with old objects only.
  '--no-allocation-site-pretenuring',
  // Old objects grow by a third before they are collected; V8 would let them double or more. Requests that wait for their
  // turn are old when they die.
  '--heap-growing-percent=33',
  // Threads that are started from now on have what their `resourceLimits` say for young objects. What Node was started with
  // goes before, and stays with this thread.
  '--max-semi-space-size=0',
];

/**
 * Keeps garbage from filling the memory (ADR 23, ADR 24). To be called before there is load and before threads are started; it
 * is for the whole process.
 */
export function keepMemorySmall(): void {
  for (const flag of flags) setFlagsFromString(flag);
}

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
