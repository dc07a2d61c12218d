import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { clientAddress, isNetwork, networkOf } from './client-address.ts';

const from = (remoteAddress: string, forwarded?: string) => ({
  socket: { remoteAddress } as Socket,
  headers: { 'x-forwarded-for': forwarded },
});

describe('the address of a client', () => {
  it('is that of its socket, whatever it says, where no proxy is trusted', () => {
    expect(clientAddress([])(from('192.0.2.1', '10.0.0.1'))).toBe('192.0.2.1');
  });

  const behind = clientAddress(['10.0.0.0/8', '2001:db8::/32', '192.0.2.7']);
  it.each([
    ['of a client that comes by no proxy', '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['that the proxy saw', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['of an IPv6 proxy', '2001:db8::1', '198.51.100.1', '198.51.100.1'],
    ['of a proxy on a socket for both families', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['behind several proxies', '10.0.0.1', '198.51.100.1, 192.0.2.7, 10.9.9.9', '198.51.100.1'],
    ['after what the client made up', '10.0.0.1', '127.0.0.1, 10.0.0.5, 198.51.100.1', '198.51.100.1'],
    ['of the proxy where what it adds is no address', '10.0.0.1', '198.51.100.1, unknown', '10.0.0.1'],
    ['of the proxy where it adds nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['of the farthest proxy where all are', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['that is not there', '', '198.51.100.1', ''],
  ])('is that %s', (_what, remote, forwarded, address) => {
    expect(behind(from(remote, forwarded))).toBe(address);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('counts %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it.each([
  ['10.0.0.1', true],
  ['10.0.0.0/8', true],
  ['::1', true],
  ['2001:db8::/32', true],
  ['10.0.0.0/33', false],
  ['10.0.0.0/', false],
  ['10.0.0.0/8/8', false],
  ['10.0.0', false],
  ['loopback', false],
])('%s is a network: %s', (text, is) => {
  expect(isNetwork(text)).toBe(is);
});
