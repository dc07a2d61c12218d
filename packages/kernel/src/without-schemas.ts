import type { FastifyServerOptions } from 'fastify';

const refuse = () => () => {
  throw new Error('Routes are not described by JSON Schema here: what comes in is read with zod.');
};

/**
 * Fastify without JSON Schema, which no route here is described by: its compilers would take 25 ms of every start and 1.5 MB of
 * every process.
 */
export const withoutSchemas = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse },
} satisfies FastifyServerOptions['schemaController'];
