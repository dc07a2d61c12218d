import { createLogger } from '@meridian/kernel/logger';
import type { GraphQLFormattedError } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
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
    'an error of code %s loses its message, and keeps whose it is and whether a retry could help',
    (code) => {
      const details = { subgraph: 'users', retryable: false, hint: 'SELECT' };
      const { shown, logged } = mask(failure(code, details), true);
      expect(shown).toEqual({
        message: 'Internal server error',
        path: ['a', 0],
        extensions: {
          code: 'INTERNAL_SERVER_ERROR',
          subgraph: 'users',
          retryable: false,
          correlationId: 'abcdefgh',
        },
      });
      expect(logged).toMatchObject([{ correlationId: 'abcdefgh', subgraph: 'users', path: ['a', 0] }]);
    },
  );

  it.each([
    ['SUBGRAPH_UNAVAILABLE', 'A part of the API did not answer'],
    ['SUBGRAPH_TIMEOUT', 'A part of the API did not answer'],
    ['SUBGRAPH_OVERLOADED', 'A part of the API did not answer'],
    ['SUBGRAPH_MALFORMED_RESPONSE', 'A part of the API gave an answer that cannot be used'],
    ['SUBGRAPH_RESPONSE_TOO_LARGE', 'A part of the API answered with more than is accepted'],
    ['QUERY_PLANNING_FAILED', 'No way was found to answer this'],
  ])('a %s says so, of which subgraph and whether a retry could help, and no more', (code, message) => {
    const { shown, logged } = mask(
      failure(code, { subgraph: 'users', retryable: true, sql: 'SELECT' }),
      true,
    );
    expect(shown).toEqual({
      message,
      path: ['a', 0],
      extensions: { code, subgraph: 'users', retryable: true, correlationId: 'abcdefgh' },
    });
    expect(logged).toMatchObject([{ code, reason: 'duplicate key "ada@example.org"' }]);
  });

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

it('so many errors that nobody would read them are not all logged, and it is said how many are not', () => {
  const lines: string[] = [];
  const logger = createLogger('test', 'info', { write: (line) => void lines.push(line) });
  vi.useFakeTimers({ toFake: ['performance'] });
  const format = errorMask({ production: true, logger });
  for (let time = 0; time < 1_000; time++) format({ message: 'lost' }, undefined);
  expect(lines).toHaveLength(100);
  vi.advanceTimersByTime(1_000);
  format({ message: 'lost' }, undefined);
  vi.useRealTimers();
  expect(lines).toHaveLength(101);
  expect(JSON.parse(lines[100] ?? '')).toMatchObject({ reason: 'lost', unlogged: 900 });
});
