import { createLogger } from '@meridian/kernel/logger';
import type { GraphQLFormattedError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { errorMask } from './mask-errors.ts';

const context = { correlationId: 'abcdefgh' };

function mask(error: GraphQLFormattedError, production: boolean) {
  const lines: string[] = [];
  const logger = createLogger('test', 'info', { write: (line) => void lines.push(line) });
  return {
    shown: errorMask({ production, logger })(error, context),
    logged: lines.map((line) => JSON.parse(line)),
  };
}

const failure = (code: string | undefined, extensions = {}): GraphQLFormattedError => ({
  message: 'duplicate key "ada@example.org"',
  path: ['a', 0],
  extensions: {
    ...(code === undefined ? {} : { code }),
    stacktrace: ['at secret.ts:1'],
    exception: {},
    ...extensions,
  },
});

describe('in production', () => {
  it.each([undefined, 'INTERNAL_SERVER_ERROR', 'P2002', 'toString'])(
    'an error of code %s loses its message',
    (code) => {
      const { shown, logged } = mask(failure(code, { subgraph: 'users', hint: 'SELECT' }), true);
      expect(shown).toEqual({
        message: 'Internal server error',
        path: ['a', 0],
        extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: 'abcdefgh' },
      });
      expect(logged).toMatchObject([{ correlationId: 'abcdefgh', subgraph: 'users', path: ['a', 0] }]);
    },
  );

  it.each(['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_TIMEOUT', 'SUBGRAPH_OVERLOADED'])(
    'of an absent subgraph (%s) it is said that it is absent and whether a retry could help, no more',
    (code) => {
      expect(mask(failure(code, { subgraph: 'users', retryable: true }), true).shown).toEqual({
        message: 'A part of the API did not answer',
        path: ['a', 0],
        extensions: { code, retryable: true, correlationId: 'abcdefgh' },
      });
    },
  );

  it.each(['NOT_FOUND', 'FORBIDDEN', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED'])(
    'an expected %s passes',
    (code) => {
      const { shown, logged } = mask(failure(code, { requires: 'orders:write' }), true);
      expect(shown).toEqual({
        message: 'duplicate key "ada@example.org"',
        path: ['a', 0],
        extensions: { code, requires: 'orders:write' },
      });
      expect(logged).toEqual([]);
    },
  );
});

describe('in development', () => {
  it('messages pass, stack traces do not', () => {
    expect(mask(failure('P2002', { subgraph: 'users' }), false).shown).toEqual({
      message: 'duplicate key "ada@example.org"',
      path: ['a', 0],
      extensions: { code: 'P2002', subgraph: 'users', correlationId: 'abcdefgh' },
    });
    expect(mask({ message: 'bare' }, false).shown.extensions).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      correlationId: 'abcdefgh',
    });
  });
});
