import { z } from 'zod';

/** What an operation may ask for at most, fragments counted wherever they are spread. */
export type OperationLimits = {
  /** Length of the document, in bytes of UTF-8. */
  bytes: number;
  /** Names, values and punctuation of the document. */
  tokens: number;
  /** Fields and fragments within each other, and values within values. */
  depth: number;
  /** Fields under another name: the way to ask for the same costly field many times. */
  aliases: number;
  rootFields: number;
  directives: number;
  /** Directives on one field, fragment or operation. */
  directivesAtOnePlace: number;
  /** Fields and fragments: what a few nested fragments can make millions of. */
  selections: number;
  /** Lists of types and fields within each other below `__schema` and `__type`; GraphiQL needs 1. */
  introspectionDepth: number;
};

export const defaultOperationLimits: OperationLimits = {
  bytes: 100_000,
  tokens: 10_000,
  depth: 100,
  aliases: 500,
  rootFields: 100,
  directives: 500,
  directivesAtOnePlace: 10,
  selections: 10_000,
  introspectionDepth: 3,
};

const most = (otherwise: number) => z.coerce.number().int().min(1).default(otherwise);

export const limitSettings = {
  OPERATION_LIMIT_BYTES: most(defaultOperationLimits.bytes),
  OPERATION_LIMIT_TOKENS: most(defaultOperationLimits.tokens),
  OPERATION_LIMIT_DEPTH: most(defaultOperationLimits.depth),
  OPERATION_LIMIT_ALIASES: most(defaultOperationLimits.aliases),
  OPERATION_LIMIT_ROOT_FIELDS: most(defaultOperationLimits.rootFields),
  OPERATION_LIMIT_DIRECTIVES: most(defaultOperationLimits.directives),
  OPERATION_LIMIT_DIRECTIVES_AT_ONE_PLACE: most(defaultOperationLimits.directivesAtOnePlace),
  OPERATION_LIMIT_SELECTIONS: most(defaultOperationLimits.selections),
  OPERATION_LIMIT_INTROSPECTION_DEPTH: most(defaultOperationLimits.introspectionDepth),
};

/** The limits that the settings ask for. */
export const operationLimitsOf = (settings: z.infer<z.ZodObject<typeof limitSettings>>): OperationLimits => ({
  bytes: settings.OPERATION_LIMIT_BYTES,
  tokens: settings.OPERATION_LIMIT_TOKENS,
  depth: settings.OPERATION_LIMIT_DEPTH,
  aliases: settings.OPERATION_LIMIT_ALIASES,
  rootFields: settings.OPERATION_LIMIT_ROOT_FIELDS,
  directives: settings.OPERATION_LIMIT_DIRECTIVES,
  directivesAtOnePlace: settings.OPERATION_LIMIT_DIRECTIVES_AT_ONE_PLACE,
  selections: settings.OPERATION_LIMIT_SELECTIONS,
  introspectionDepth: settings.OPERATION_LIMIT_INTROSPECTION_DEPTH,
});
