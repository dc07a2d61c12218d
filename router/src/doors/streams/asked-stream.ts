/** How a stream of results is sent over HTTP, and whether the client takes plain JSON as well. */
export type AskedStream = { format: 'sse' | 'multipart'; orJson: boolean };

/**
 * What an `Accept` header says about streams: `text/event-stream`, or `multipart/mixed` with Apollo's
 * `subscriptionSpec=1.0`. The one with the higher `q` wins, else the first. Undefined when none is acceptable.
 */
export function askedStream(accept: string | undefined): AskedStream | undefined {
  if (!accept || !/event-stream|subscriptionspec/i.test(accept)) return undefined;
  let best: { format: AskedStream['format']; q: number } | undefined;
  for (const { format, q } of mediaRanges(accept)) if (format && q > (best?.q ?? 0)) best = { format, q };
  return best && { format: best.format, orJson: acceptsJson(accept) };
}

/** Whether an answer in JSON can be among what the client takes. Preferences among such types are Apollo's matter. */
export const acceptsJson = (accept: string | undefined): boolean =>
  !accept || /(?:\*|application)\/(?:\*|json|graphql-response\+json)/i.test(accept);

function* mediaRanges(accept: string): Generator<{ format: AskedStream['format'] | undefined; q: number }> {
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...rest] = range.split(';').map((part) => part.trim());
    const parameters = new Map(
      rest.map(
        (part) => part.split('=', 2).map((side) => side.trim().replaceAll('"', '')) as [string, string],
      ),
    );
    yield { format: formatOf(type, parameters), q: Number(parameters.get('q') ?? 1) };
  }
}

function formatOf(type: string, parameters: ReadonlyMap<string, string>): AskedStream['format'] | undefined {
  if (type === 'text/event-stream') return 'sse';
  // Without it `multipart/mixed` asks for parts of `@defer`, which is another protocol.
  const isSubscription = parameters.get('subscriptionspec') === '1.0';
  return type === 'multipart/mixed' && isSubscription ? 'multipart' : undefined;
}
