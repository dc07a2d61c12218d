import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { compileOperation, type Operation } from './execution/compile-operation.ts';

/** A text that is valid, with its operations by name. */
export type Prepared = { document: DocumentNode; operation(name: string | null | undefined): Operation };
export type Prepare = (query: string) => Prepared | readonly GraphQLError[];

/**
 * Parses, validates and compiles each text once; a router sends the same few texts over and over. It names operations
 * after those of its clients, so texts that differ in nothing but that name count as one: resolvers do not see it.
 */
export function preparedTexts(schema: GraphQLSchema): Prepare {
  const texts = new LRUCache<string, Prepared | readonly GraphQLError[]>({
    max: 2_000,
    maxSize: 20_000_000,
    sizeCalculation: (_, text) => text.length + 1,
  });
  const keep = (text: string, prepared: Prepared | readonly GraphQLError[]) => {
    texts.set(text, prepared);
    return prepared;
  };
  const prepare = (text: string): Prepared | readonly GraphQLError[] => {
    const document = parseAndValidate(schema, text);
    return isErrors(document) ? document : { document, operation: operationsOf(schema, document) };
  };
  return (query) => {
    const known = texts.get(query);
    if (known) return known;
    const unnamed = withoutName(query);
    if (!unnamed) return keep(query, prepare(query));
    const { text, name } = unnamed;
    const shared = texts.get(text) ?? keep(text, prepare(text));
    // What is wrong is to be said about the text that came; and it may hold other operations, which need names.
    if (isErrors(shared)) return keep(query, prepare(query));
    const { document, operation } = shared;
    return keep(query, { document, operation: (asked) => operation(asked === name ? undefined : asked) });
  };
}

/** A text with blanks for the name of its first operation, so that all else stays in its place. */
function withoutName(query: string): { text: string; name: string } | undefined {
  const [start, kind = '', name = ''] = /^((?:query|mutation) +)(\w+)/.exec(query) ?? [];
  return start === undefined
    ? undefined
    : { text: kind + ' '.repeat(name.length) + query.slice(start.length), name };
}

function operationsOf(schema: GraphQLSchema, document: DocumentNode): Prepared['operation'] {
  const operations = new Map<string | null | undefined, Operation>();
  return (name) => {
    const known = operations.get(name);
    if (known) return known;
    const fresh = compileOperation(schema, document, name);
    if (fresh.kind) operations.set(name, fresh); // Names that are not in the document have no end.
    return fresh;
  };
}

function parseAndValidate(schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query);
    const errors = validate(schema, document);
    return errors.length > 0 ? errors : document;
  } catch (error) {
    return [asGraphQLError(error)];
  }
}

/** Whatever was thrown, as an error that can be told. */
export const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError(error instanceof Error ? error.message : String(error));

export const isErrors = (found: object): found is readonly GraphQLError[] => Array.isArray(found);
