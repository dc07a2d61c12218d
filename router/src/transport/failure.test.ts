import { type SubgraphFailure, SubgraphUnreachable } from '@meridian/kernel/transport-failure';
import { expect, it } from 'vitest';
import { CallRefused, failureExtensions, isFault, isTransient } from './failure.ts';

const failed = (failure: SubgraphFailure) => new SubgraphUnreachable('no', failure);

it.each<[SubgraphFailure, string, query: boolean, mutation: boolean]>([
  ['unsent', 'SUBGRAPH_UNAVAILABLE', true, true],
  ['broken', 'SUBGRAPH_UNAVAILABLE', true, false],
  ['unavailable', 'SUBGRAPH_UNAVAILABLE', true, false],
  ['timeout', 'SUBGRAPH_TIMEOUT', true, false],
  ['malformed', 'SUBGRAPH_MALFORMED_RESPONSE', false, false],
  ['oversized', 'SUBGRAPH_RESPONSE_TOO_LARGE', false, false],
])('%s is %s; retryable: %s, of a mutation %s', (failure, code, query, mutation) => {
  expect(failureExtensions(failed(failure), 'query')).toEqual({ code, retryable: query });
  expect(failureExtensions(failed(failure), 'mutation')).toEqual({ code, retryable: mutation });
});

it('a call that was never made may be made again', () => {
  expect(failureExtensions(new CallRefused('open'), 'mutation')).toEqual({
    code: 'SUBGRAPH_UNAVAILABLE',
    retryable: true,
  });
  expect(failureExtensions(new CallRefused('full'), 'mutation')).toEqual({
    code: 'SUBGRAPH_OVERLOADED',
    retryable: true,
  });
});

it('what is unknown may have been done', () => {
  expect(failureExtensions('?', 'query')).toEqual({ code: 'SUBGRAPH_UNAVAILABLE', retryable: true });
  expect(failureExtensions(undefined, 'mutation')).toEqual({
    code: 'SUBGRAPH_UNAVAILABLE',
    retryable: false,
  });
});

it('only an ill subgraph opens its circuit, and only what passes soon is tried again at once', () => {
  const all: SubgraphFailure[] = ['unsent', 'broken', 'unavailable', 'timeout', 'malformed', 'oversized'];
  expect(all.filter((failure) => isTransient(failed(failure)))).toEqual(['unsent', 'broken', 'unavailable']);
  expect(all.filter((failure) => isFault(failed(failure)))).toEqual([
    'unsent',
    'broken',
    'unavailable',
    'timeout',
  ]);
  expect([new Error('gave up'), new CallRefused('full'), undefined].filter(isFault)).toEqual([]);
});
