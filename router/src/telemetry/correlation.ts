import { randomUUID } from 'node:crypto';

export const correlationHeader = 'x-correlation-id';

/** The client's id when it has the shape of one, else a new one: what gets into logs is ours to choose. */
export const correlationIdOf = (sent: string | string[] | undefined): string =>
  typeof sent === 'string' && /^[\w-]{8,64}$/.test(sent) ? sent : randomUUID();
