import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, type Schema, Supergraph } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';
import { refuseUnenforced } from './features.ts';

export type LoadedSupergraph = {
  supergraph: Supergraph;
  /** What clients see, as the planner reads it and as graphql-js does. */
  api: Schema;
  apiSchema: GraphQLSchema;
  /** Everything there is, `@inaccessible` elements too. */
  fullSchema: GraphQLSchema;
};

/**
 * Loads a composed supergraph. The planner would take one that relies on features the engine knows nothing of, and
 * leave a protected field open: they are refused here.
 * @throws UnsupportedFeature, or what the supergraph's own validation finds.
 */
export function loadSupergraph(sdl: string): LoadedSupergraph {
  const supergraph = Supergraph.build(sdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  refuseUnenforced(supergraph.schema);
  const api = supergraph.apiSchema();
  return {
    supergraph,
    api,
    apiSchema: api.toGraphQLJSSchema(),
    fullSchema: supergraph.schema.toGraphQLJSSchema(),
  };
}
