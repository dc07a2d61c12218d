import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { type RequestErrors, requestErrors } from '../request-errors.ts';
import type { OperationLimits } from './limits.ts';
import { type Measured, measure } from './measure.ts';

const words: Readonly<Record<keyof OperationLimits, string>> = {
  bytes: 'bytes',
  tokens: 'tokens',
  depth: 'levels',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
  directivesAtOnePlace: 'directives at one place',
  selections: 'fields and fragments',
  introspectionDepth: 'lists within lists of introspection',
};

/** A document within the limits, and what it asks for. */
export type Limited = { document: DocumentNode; cost: Measured };

/**
 * Parses a document and refuses what asks for more than the limits, in time linear in its length. It comes before
 * validation, some of whose rules take time quadratic in the number of fields.
 */
export function parseLimited(query: string, limits: OperationLimits): Limited | RequestErrors {
  if (Buffer.byteLength(query) > limits.bytes) return refuse('bytes', limits);
  try {
    // The tokens that begin and end the text count too.
    const document = parse(query, { maxTokens: limits.tokens + 1 });
    const cost = measure(document);
    const exceeded = measures.find((name) => cost[name] > limits[name]);
    return exceeded ? refuse(exceeded, limits) : { document, cost };
  } catch (error) {
    // A parser by recursive descent meets the end of the stack before a depth can be measured.
    if (error instanceof RangeError) return refuse('depth', limits);
    if (!(error instanceof GraphQLError)) throw error;
    if (error.message.includes('Parsing aborted')) return refuse('tokens', limits);
    const isSyntax = error.message.startsWith('Syntax Error');
    return requestErrors(isSyntax ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED', [error]);
  }
}

const measures: readonly (keyof Measured)[] = [
  ...(['selections', 'depth', 'rootFields', 'aliases', 'directives', 'directivesAtOnePlace'] as const),
  'introspectionDepth',
];

const refuse = (limit: keyof OperationLimits, limits: OperationLimits): RequestErrors =>
  requestErrors('GRAPHQL_VALIDATION_FAILED', [
    new GraphQLError(
      `The operation asks for more than is allowed: at most ${limits[limit]} ${words[limit]}.`,
      {
        extensions: { limit, most: limits[limit] },
      },
    ),
  ]);
