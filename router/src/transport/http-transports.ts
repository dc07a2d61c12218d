import type { SubgraphTransport } from '@meridian/kernel/transport';
import { httpTransport } from '@meridian/kernel/transport-http';
import { defaultTransportPolicy, type TransportPolicy } from './policy.ts';
import { requireNames, routingUrls } from './routing-urls.ts';

export class RoutingUrlError extends Error {
  override name = 'RoutingUrlError';
}

/**
 * Makes HTTP transports for every subgraph of a supergraph. One that is where it was keeps its connections when the
 * supergraph changes, until it is closed. The function throws RoutingUrlError for a subgraph without a URL,
 * UnknownSubgraphError for settings of one that is not there.
 */
export function httpTransports(
  instead: Readonly<Record<string, string>> = {},
  policy: TransportPolicy = defaultTransportPolicy,
): (supergraphSdl: string) => Record<string, SubgraphTransport> {
  const options = {
    connections: policy.concurrency,
    maxAnswerBytes: policy.maxAnswerBytes,
    // Each call has its own, shorter limit; this one ends what nobody ends.
    answerTimeoutMs: Math.max(policy.timeoutMs, ...Object.values(policy.timeouts)) + 1_000,
  };
  /** Those that are open. */
  const known = new Map<string, SubgraphTransport>();
  const open = (url: string): SubgraphTransport => {
    const transport = httpTransport({ url, ...options });
    const kept: SubgraphTransport = {
      ...transport,
      close() {
        if (known.get(url) === kept) known.delete(url);
        return transport.close();
      },
    };
    known.set(url, kept);
    return kept;
  };
  return (supergraphSdl) => {
    const urls = routingUrls(supergraphSdl, instead);
    requireNames('SUBGRAPH_TIMEOUT_MS', policy.timeouts, urls);
    for (const [name, url] of urls)
      if (!/^https?:/.test(url) || !URL.canParse(url))
        throw new RoutingUrlError(
          `The subgraph \`${name}\` has no usable URL (${JSON.stringify(url)}): set routing_url, or SUBGRAPH_URLS=${name}=http://…`,
        );
    return Object.fromEntries(Array.from(urls, ([name, url]) => [name, known.get(url) ?? open(url)]));
  };
}
