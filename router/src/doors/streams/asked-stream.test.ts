import { expect, it } from 'vitest';
import { askedStream } from './asked-stream.ts';

it.each([
  ['text/event-stream', { format: 'sse', orJson: false }],
  ['Text/Event-Stream;charset=utf-8', { format: 'sse', orJson: false }],
  ['multipart/mixed;subscriptionSpec="1.0"', { format: 'multipart', orJson: false }],
  [
    'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9',
    { format: 'multipart', orJson: true },
  ],
  ['application/json, multipart/mixed, text/event-stream', { format: 'sse', orJson: true }],
  ['multipart/mixed; subscriptionSpec=1.0; q=0.5, text/event-stream', { format: 'sse', orJson: false }],
  ['text/event-stream, multipart/mixed;subscriptionSpec=1.0', { format: 'sse', orJson: false }],
  ['text/event-stream, */*;q=0.1', { format: 'sse', orJson: true }],
  ['text/event-stream;q=0', undefined],
  ['multipart/mixed;subscriptionSpec="2.0"', undefined],
  ['multipart/mixed', undefined],
  ['multipart/mixed;deferSpec=20220824, application/json', undefined],
  ['application/json', undefined],
  [undefined, undefined],
])('%s', (accept, asked) => {
  expect(askedStream(accept)).toEqual(asked);
});
