import type { GraphQLFormattedError } from 'graphql';
import type { Frame } from '../../subscriptions/frame.ts';
import type { AskedStream } from './asked-stream.ts';

/** The framing of a protocol: every function gives the text to write. */
export type StreamFormat = {
  contentType: string;
  /** Before anything else; it makes proxies and clients see that the stream is open. */
  opening: string;
  heartbeat: string;
  /** One result, as the text of its JSON. */
  next(result: Pick<Frame, 'text' | 'cursor'>): string;
  /** The operation is over. */
  complete: string;
  /** The stream ends for a reason that is not the operation's. `retry`: the client should come again. */
  broken(errors: readonly GraphQLFormattedError[], options: { retry: boolean }): string;
};

/** GraphQL over Server-Sent Events, distinct connections mode. JSON has no line breaks, so one `data` line is enough. */
const sse: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  heartbeat: ':\n\n',
  next: ({ text, cursor }) => `${idLine(cursor)}event: next\ndata: ${text}\n\n`,
  complete: 'event: complete\ndata:\n\n',
  broken(errors, { retry }) {
    const last = sse.next({ text: JSON.stringify({ errors }), cursor: undefined });
    // A stream that closes without `complete` is one that clients open again, from the last id they saw.
    return retry ? last : last + sse.complete;
  },
};

/** An id with a line break or a NUL would be another field, or be dropped by clients: such a cursor is not told. */
const idLine = (cursor: string | undefined): string =>
  cursor === undefined || /[\r\n\0]/.test(cursor) ? '' : `id: ${cursor}\n`;

/** Apollo's multipart protocol for subscriptions. Clients read a part when the boundary after it is there. */
const part = (text: string): string => `\r\ncontent-type: application/json\r\n\r\n${text}\r\n--graphql`;

const multipart: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  opening: '\r\n--graphql',
  heartbeat: part('{}'),
  next: ({ text }) => part(`{"payload":${text}}`),
  complete: '--\r\n',
  broken: (errors) => part(JSON.stringify({ payload: null, errors })) + multipart.complete,
};

export const streamFormats: Readonly<Record<AskedStream['format'], StreamFormat>> = { sse, multipart };
