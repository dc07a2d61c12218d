import type { DocumentNode } from 'graphql';
import { argument, isDirective, mapFieldsTypes } from './supergraph-ast.ts';

const isJoin = isDirective('join__type');

/**
 * Drops every `resolvable: false` key of a type that has a resolvable one in the same subgraph.
 *
 * To come back to a subgraph, `@apollo/query-graphs` 2.14.4 takes a type's first key without a look at `resolvable`
 * (`getLocallySatisfiableKey`), so that the subgraph is asked by a key it cannot resolve, and answers null.
 */
export const dropShadowedKeys = (supergraph: DocumentNode): DocumentNode =>
  mapFieldsTypes(supergraph, (type) => {
    const joins = type.directives?.filter(isJoin) ?? [];
    const resolvable = new Set(
      joins
        .filter((join) => argument(join, 'key') !== undefined && argument(join, 'resolvable') !== false)
        .map((join) => argument(join, 'graph')),
    );
    const directives = type.directives?.filter(
      (directive) =>
        !isJoin(directive) ||
        argument(directive, 'resolvable') !== false ||
        !resolvable.has(argument(directive, 'graph')),
    );
    return { ...type, ...(directives && { directives }) };
  });
