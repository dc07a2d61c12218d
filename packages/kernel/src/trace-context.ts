import { randomFillSync } from 'node:crypto';

/** One span of a distributed trace, as W3C Trace Context (https://www.w3.org/TR/trace-context/) carries it. */
export type TraceContext = {
  /** 32 lower-case hexadecimal digits, the same all through a request. */
  traceId: string;
  /** 16 of them: this hop. */
  spanId: string;
  /** Whether whoever began the trace records it. */
  sampled: boolean;
  /** What tracing systems pass to each other, as it came. */
  state?: string | undefined;
};

type Sent = string | readonly string[] | undefined;

/**
 * The span of a request that arrived with these headers: a part of its sender's trace where `traceparent` is valid,
 * else the first of a new trace, which nobody records.
 */
export function receiveTrace(headers: Readonly<Record<string, Sent>>): TraceContext {
  const { traceparent, tracestate } = headers;
  const parent = typeof traceparent === 'string' ? readTraceparent(traceparent) : undefined;
  if (!parent) return { traceId: randomHex(16), spanId: newSpanId(), sampled: false };
  return { ...parent, spanId: newSpanId(), state: readTracestate(tracestate) };
}

/** The trace that a request says it is part of, if it says so validly. */
export const traceIdOf = (traceparent: Sent): string | undefined =>
  typeof traceparent === 'string' ? readTraceparent(traceparent)?.traceId : undefined;

/** The headers of a call: a new span of the trace, below which the receiver's will be. */
export function childHeaders({ traceId, sampled, state }: TraceContext): Record<string, string> {
  const traceparent = `00-${traceId}-${newSpanId()}-${sampled ? '01' : '00'}`;
  return state === undefined ? { traceparent } : { traceparent, tracestate: state };
}

const newSpanId = (): string => randomHex(8);

const pool = Buffer.alloc(8_192);
let used = pool.length;

/** From a pool: to ask for a few random bytes costs as much as for thousands, and every call of a subgraph needs some. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

/** Version 00 has four fields; a later one may have more, of which the first four must still be these. */
const format = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})(-.*)?$/;

function readTraceparent(text: string): { traceId: string; sampled: boolean } | undefined {
  const [, version, traceId, flags, more] = format.exec(text) ?? [];
  if (traceId === undefined || flags === undefined || (version === '00' && more !== undefined))
    return undefined;
  return { traceId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

const member = /^[a-z\d][\w\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,256}$/;

/** A list that breaks the rules is dropped whole; the trace goes on without it. */
function readTracestate(sent: Sent): string | undefined {
  const text = typeof sent === 'string' ? sent : sent?.join(',');
  if (!text || text.length > 512) return undefined;
  const members = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  return members.length > 0 && members.length <= 32 && members.every((entry) => member.test(entry))
    ? members.join(',')
    : undefined;
}
