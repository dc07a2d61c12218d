/** One frame of a stream: the fields of an event, or the JSON of a part. */
export type StreamPart = { event?: string; id?: string; data: unknown };

type Options = {
  accept?: string;
  headers?: Record<string, string>;
  method?: 'GET' | 'POST';
};

export const sse = 'text/event-stream';
export const multipart = 'multipart/mixed;subscriptionSpec="1.0"';

/** Sends an operation over HTTP and reads what comes back as it comes. */
export async function openStream(
  url: string,
  operation: { query?: string; variables?: Record<string, unknown>; operationName?: string },
  { accept = sse, headers = {}, method = 'POST' }: Options = {},
) {
  const control = new AbortController();
  const search = new URLSearchParams(
    Object.entries(operation).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  const response = await fetch(`${url}/graphql${method === 'GET' ? `?${search}` : ''}`, {
    method,
    signal: control.signal,
    headers: {
      accept,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : { 'apollo-require-preflight': '1' }),
      ...headers,
    },
    ...(method === 'POST' && { body: JSON.stringify(operation) }),
  });
  let text = '';
  const ended = read();

  async function read(): Promise<'ended' | 'cut off'> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
      return 'ended';
    } catch {
      return 'cut off';
    }
  }

  return {
    response,
    /** All that has come. */
    text: () => text,
    /** What has come whole, without heartbeats. */
    parts: () => partsIn(text, accept),
    /** How it ended, when it has. */
    ended,
    /** Hangs up. */
    close: () => control.abort(),
  };
}

/** What is whole in the text of a stream, without heartbeats. */
export const partsIn = (text: string, accept: string): StreamPart[] =>
  accept === sse ? eventsOf(text) : partsOf(text);

const eventsOf = (text: string): StreamPart[] =>
  text
    .split('\n\n')
    .slice(0, -1)
    .filter((event) => event !== ':')
    .map((event) => {
      const fields = new Map(event.split('\n').map((line) => line.split(/: ?(.*)/, 2) as [string, string]));
      const data = fields.get('data');
      const id = fields.get('id');
      return {
        event: fields.get('event') ?? '',
        ...(id !== undefined && { id }),
        data: data ? JSON.parse(data) : null,
      };
    });

const partsOf = (text: string): StreamPart[] =>
  text
    .split('\r\n--graphql')
    .slice(1, -1)
    .map((part) => ({ data: JSON.parse(part.slice(part.indexOf('\r\n\r\n'))) as unknown }))
    .filter(({ data }) => JSON.stringify(data) !== '{}');
