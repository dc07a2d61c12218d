import type { BusMessage } from './bus.ts';

const longest = 200;
/** Shorter texts of an event are in every message by chance. */
const shortestMasked = 3;

/**
 * Why a message failed, for those who look at what is parked. Kept are the class of the error, its code, and the first line
 * of its text, 200 characters at most. Masked in it are all values of the event's data, e-mail addresses and what is quoted,
 * except for names such as those of columns: libraries repeat what they were given, and with it personal data.
 */
export function failureReason(error: unknown, { data }: Pick<BusMessage, 'data'>): string {
  if (!(error instanceof Error)) return 'Something that is no error was thrown';
  const code = 'code' in error && /^\w{1,40}$/.test(String(error.code)) ? ` ${error.code}` : '';
  const [line = ''] = masked(error.message, data).trim().split('\n');
  return `${error.name}${code}: ${line}`.slice(0, longest);
}

/** Masked before it is cut: half a value would not be found. */
function masked(text: string, data: unknown): string {
  let safe = text.replace(/\S+@\S+/g, '…');
  // The longest first, since a shorter one may be a part of it.
  for (const value of valuesOf(data).sort((a, b) => b.length - a.length))
    safe = safe.replace(new RegExp(literal(value), 'gi'), '…');
  return safe.replace(/"(?![a-z_.]+")[^"]*"/g, '"…"');
}

function valuesOf(data: unknown): string[] {
  if (data !== null && typeof data === 'object') return Object.values(data).flatMap(valuesOf);
  const isText = typeof data === 'string' || typeof data === 'number';
  return isText && String(data).length >= shortestMasked ? [String(data)] : [];
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
