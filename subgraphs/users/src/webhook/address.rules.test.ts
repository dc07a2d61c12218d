import { expect, test } from 'vitest';
import { isPublicAddress } from './address.rules.ts';

test('addresses of the public internet', () => {
  for (const address of ['8.8.8.8', '93.184.216.34', '2606:4700::1111', '2001:4860:4860::8888'])
    expect(isPublicAddress(address), address).toBe(true);
});

test('addresses that lead inside, or nowhere', () => {
  const inside = [
    ...['0.0.0.0', '127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['169.254.169.254', '100.64.0.1', '100.127.255.255', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
    ...['255.255.255.255', '192.0.0.8', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'fec0::1', 'ff02::1'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:127.0.0.1'],
    ...[
      '64:ff9b::7f00:1',
      '64:ff9b::808:808',
      '64:ff9b:1::7f00:1',
      '2002:7f00:1::',
      '2001::1',
      '2001:db8::1',
    ],
    ...['100::1', '4000::1', '5f00::1', 'fe00::1'],
  ];
  for (const address of inside) expect(isPublicAddress(address), address).toBe(false);
});

test('what is no address at all', () => {
  for (const text of ['', 'localhost', 'example.org', '1.2.3.4.5', '[::1]'])
    expect(isPublicAddress(text)).toBe(false);
});
