import { expect, it } from 'vitest';
import { childHeaders, receiveTrace, traceIdOf } from './trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';
const valid = `00-${traceId}-${parent}-01`;

it('goes on with the trace of its sender in a span of its own', () => {
  const trace = receiveTrace({ traceparent: valid, tracestate: 'rojo=00f067aa0ba902b7, congo=t61rcWkgMzE' });
  expect(trace).toMatchObject({ traceId, sampled: true, state: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE' });
  expect(trace.spanId).toMatch(/^[\da-f]{16}$/);
  expect(trace.spanId).not.toBe(parent);
  expect(traceIdOf(valid)).toBe(traceId);
});

it('gives each hop a new span of the same trace', () => {
  const trace = receiveTrace({ traceparent: valid, tracestate: 'a=b' });
  const hops = [childHeaders(trace), childHeaders(trace)];
  for (const { traceparent, tracestate } of hops) {
    expect(traceparent).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`));
    expect(tracestate).toBe('a=b');
  }
  expect(new Set([...hops.map(({ traceparent }) => traceparent), valid]).size).toBe(3);
});

it('never gives the same span twice', () => {
  const trace = receiveTrace({});
  const spans = Array.from({ length: 5_000 }, () => childHeaders(trace)['traceparent']);
  expect(new Set(spans).size).toBe(spans.length);
});

it.each([
  undefined,
  '',
  'nonsense',
  valid.toUpperCase(),
  `ff-${traceId}-${parent}-01`,
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId}-${parent}`,
  `${valid}-more`,
  `${valid}\r\nx: y`,
  [valid, valid],
])('begins a trace that nobody records in place of %j', (traceparent) => {
  const trace = receiveTrace({ traceparent, tracestate: 'a=b' });
  expect(trace.traceId).toMatch(/^[\da-f]{32}$/);
  expect(trace.traceId).not.toBe(traceId);
  expect(trace).toMatchObject({ sampled: false });
  expect(childHeaders(trace)).not.toHaveProperty('tracestate');
  expect(traceIdOf(traceparent)).toBeUndefined();
});

it('understands later versions by what they share with this one', () => {
  expect(receiveTrace({ traceparent: `01-${traceId}-${parent}-03-more` })).toMatchObject({
    traceId,
    sampled: true,
  });
});

it.each(['UPPER=1', 'a=b\u0000', 'a', 'a==b', `a=${'x'.repeat(600)}`])('drops the state %j', (tracestate) => {
  expect(receiveTrace({ traceparent: valid, tracestate })).toMatchObject({ traceId, state: undefined });
});
