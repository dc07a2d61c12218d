import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from putting objects among the old ones when they are made, because others from the same place in the code
 * lived long once. In a server it is a burst of requests that makes them live long; when it is over they would still be
 * collected with old objects only, seconds later (ADR 23). To be called before there is load; it is for the whole process.
 */
export const keepObjectsYoung = (): void => setFlagsFromString('--no-allocation-site-pretenuring');
