import { describe, expect, it } from 'vitest';
import type { Result } from '../engine/engine.ts';
import { responseStatus } from './response-status.ts';

const failed = (...codes: string[]): Result => ({
  errors: codes.map((code) => ({ message: '', extensions: { code } })),
});

describe.each([
  ['application/json; charset=utf-8', 200],
  ['application/graphql-response+json; charset=utf-8', 400],
])('the status of %s', (type, notExecuted) => {
  it.each([
    [{ data: { a: 1 } }, 200],
    [{ data: null, errors: [{ message: '' }] }, 200],
    [failed('GRAPHQL_PARSE_FAILED'), notExecuted],
    [failed('GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED'), notExecuted],
    [failed('BAD_USER_INPUT'), notExecuted],
    [failed('UNAUTHENTICATED'), 401],
    [failed('INTERNAL_SERVER_ERROR'), 500],
    [failed('BAD_REQUEST'), undefined],
    [failed('constructor'), undefined],
  ] as [Result, number | undefined][])('of %j is %s', (result, status) => {
    expect(responseStatus(result, type)).toBe(status);
  });
});
