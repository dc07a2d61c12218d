import type { SubgraphTransport } from '@meridian/kernel/transport';
import { httpTransport } from '@meridian/kernel/transport-http';
import { defaultTransportPolicy, type TransportPolicy } from './policy.ts';
import { requireNames, routingUrls } from './routing-urls.ts';

export class RoutingUrlError extends Error {
  override name = 'RoutingUrlError';
}

/**
 * Makes HTTP transports for every subgraph of a supergraph. One that is where it was keeps its connections when the
 * supergraph changes. The function throws RoutingUrlError for a subgraph without a URL, UnknownSubgraphError for
 * settings of one that is not there.
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
  let known = new Map<string, SubgraphTransport>();
  return (supergraphSdl) => {
    const urls = routingUrls(supergraphSdl, instead);
    requireNames('SUBGRAPH_TIMEOUT_MS', policy.timeouts, urls);
    for (const [name, url] of urls)
      if (!/^https?:/.test(url) || !URL.canParse(url))
        throw new RoutingUrlError(
          `The subgraph \`${name}\` has no usable URL (${JSON.stringify(url)}): set routing_url, or SUBGRAPH_URLS=${name}=http://…`,
        );
    const before = known;
    known = new Map();
    for (const url of urls.values())
      if (!known.has(url)) known.set(url, before.get(url) ?? httpTransport({ url, ...options }));
    const transports: Record<string, SubgraphTransport> = {};
    for (const [name, url] of urls) {
      const transport = known.get(url);
      if (transport) transports[name] = transport;
    }
    return transports;
  };
}
