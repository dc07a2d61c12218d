import { randomUUID } from 'node:crypto';

export const correlationHeader = 'x-correlation-id';

/** The client's id when it has the shape of one, else a new one: what gets into logs is ours to choose. */
export const correlationIdOf = (sent: string | string[] | undefined): string =>
  typeof sent === 'string' && /^[\w-]{8,64}$/.test(sent) ? sent : newCorrelationId();

/**
 * A new id as one piece of memory. Node joins a UUID of 15 pieces, which stay 15 strings (0.5 kB) for as long as somebody
 * keeps it, as every open connection does.
 */
export const newCorrelationId = (): string => Buffer.from(randomUUID(), 'latin1').toString('latin1');
