import type { IncomingHttpHeaders } from 'node:http';

/** What a page of another site can send without asking first, as browsers have it. */
const simpleContentTypes = new Set([
  ...['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'],
]);

/**
 * Whether a browser would send this request for a page of any site, without a preflight. The rule is that of Apollo
 * Server's `csrfPrevention`, with one addition: a browser that says itself that the page is of the same origin
 * (`Sec-Fetch-Site`, which no script can set) is believed, because its `EventSource` can send no header of its own.
 */
export function couldBeCrossSite(headers: IncomingHttpHeaders): boolean {
  const contentType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (contentType && !simpleContentTypes.has(contentType)) return false;
  if (headers['x-apollo-operation-name'] || headers['apollo-require-preflight']) return false;
  return headers['sec-fetch-site'] !== 'same-origin';
}
