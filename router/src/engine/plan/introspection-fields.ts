import { type DocumentNode, type FieldNode, visit } from 'graphql';
import { typename } from './conditional-selections.ts';

/**
 * Takes out what the router answers itself. The planner has nothing to do with it, and does not know all of it: 2.14.4
 * throws on `__type { isOneOf }`.
 */
export const withoutIntrospection = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Field: ({ name: { value } }): FieldNode | undefined =>
      value === '__schema' || value === '__type' ? typename : undefined,
    FragmentDefinition: ({ typeCondition: { name } }) => (name.value.startsWith('__') ? null : undefined),
  });
