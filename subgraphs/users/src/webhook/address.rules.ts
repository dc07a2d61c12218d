import ipaddr from 'ipaddr.js';

/** The part of IPv6 that is given out; outside it nothing public is reached. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is one of the public internet. Not so are this machine, private networks, link-local addresses
 * (where clouds keep credentials), those of carriers' NAT, multicast, and IPv6 addresses that stand for an IPv4 address by
 * mapping, NAT64, 6to4 or Teredo, whatever they stand for.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}
