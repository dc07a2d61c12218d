import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Gives the address that a request comes from. */
export type AddressOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

/**
 * Behind proxies the client is who the nearest proxy that is trusted says it is: `X-Forwarded-For` is read from its end,
 * where proxies append, up to the first address that is not a trusted proxy. What stands before that anybody could
 * have written. Without trusted proxies the header is not looked at.
 * @param trusted addresses and networks such as `10.0.0.0/8`
 */
export function clientAddress(trusted: readonly string[]): AddressOf {
  const proxies = networks(trusted);
  const isTrusted = (address: string) => proxies.check(address, familyOf(address));
  return ({ headers, socket }) => {
    let address = socket.remoteAddress ?? '';
    if (trusted.length === 0 || !isIP(address) || !isTrusted(address)) return address;
    // Several headers of this name are one list.
    const hops = String(headers['x-forwarded-for'] ?? '').split(',');
    for (const hop of hops.reverse()) {
      const before = hop.trim();
      if (!isIP(before)) return address;
      address = before;
      if (!isTrusted(address)) return address;
    }
    return address;
  };
}

/** Who is counted together: an IPv4 address, or the /64 network that one IPv6 client is usually given whole. */
export function networkOf(address: string): string {
  // An IPv4 client of a socket that listens to both families.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [withoutZone] = address.split('%', 1);
  const { hostname } = new URL(`http://[${withoutZone}]`);
  const [before = [], after = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

/** Whether it is an address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function networks(list: readonly string[]): BlockList {
  const found = new BlockList();
  for (const entry of list) {
    const [address = '', bits] = entry.split('/');
    if (bits === undefined) found.addAddress(address, familyOf(address));
    else found.addSubnet(address, Number(bits), familyOf(address));
  }
  return found;
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');
