import type { SubgraphTransport } from '@meridian/kernel/transport';
import { httpTransport } from '@meridian/kernel/transport-http';
import { routingUrls } from './routing-urls.ts';

export class RoutingUrlError extends Error {
  override name = 'RoutingUrlError';
}

/** An HTTP transport for every subgraph of a supergraph. @throws RoutingUrlError for a subgraph without a URL. */
export function httpTransports(
  supergraphSdl: string,
  instead: Readonly<Record<string, string>> = {},
): Record<string, SubgraphTransport> {
  const transports: Record<string, SubgraphTransport> = {};
  for (const [name, url] of routingUrls(supergraphSdl, instead)) {
    if (!/^https?:/.test(url) || !URL.canParse(url))
      throw new RoutingUrlError(
        `The subgraph \`${name}\` has no usable URL (${JSON.stringify(url)}): set routing_url, or SUBGRAPH_URLS=${name}=http://…`,
      );
    transports[name] = httpTransport({ url });
  }
  return transports;
}
