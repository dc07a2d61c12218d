import { versionLines } from '@meridian/kernel/versions';

const served = [
  'graphql',
  '@apollo/server',
  '@apollo/query-planner',
  '@apollo/federation-internals',
  '@apollo/composition',
  'graphql-ws',
  'fastify',
  'undici',
];

/** One line for each thing that takes part in an answer of the router. */
export const versions = (): string => versionLines('meridian router', served, import.meta.url);
