import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { eventually } from '@meridian/testkit/eventually';
import { expect, it } from 'vitest';
import { connectionName, unacknowledged, unacknowledgedIn } from './unacknowledged.ts';

const four = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0FA0 0100007F:D431 01 00000015:00000000 01:00000014 00000000  1000        0 4494360 2 0 21 4 30 10 -1
   1: 0100007F:0FA0 0100007F:D432 01 00000000:00000007 00:00000000 00000000  1000        0 4494361 2 0 21 0 0 10 -1
 657: 0202000A:0FA0 0A0200C0:FFFF 04 0001E240:00000000 00:00000000 00000000     0        0 0 2 0 21 0 0 10 -1
`;
const six = `  sl  local_address                         remote_address                        st tx_queue rx_queue
   2: 00000000000000000000000001000000:9055 00000000000000000000000001000000:9E82 01 00000001:00000000 02:000001E7
   3: 0000000000000000FFFF00000100007F:9055 0000000000000000FFFF00000100007F:81B0 01 00000002:00000000 02:000001E6
   4: B80D0120000000000000000001000000:9055 B80D0120000000000000000002000000:81B0 01 00000003:00000000 02:000001E6
`;

it('reads connections on which something waits to be acknowledged, as Linux lists them', () => {
  expect(unacknowledgedIn(four)).toEqual([
    ['127.0.0.1 4000 127.0.0.1 54321', 21],
    ['10.0.2.2 4000 192.0.2.10 65535', 123456],
  ]);
  expect(unacknowledgedIn(six)).toEqual([
    ['::1 36949 ::1 40578', 1],
    ['::ffff:127.0.0.1 36949 ::ffff:127.0.0.1 33200', 2],
    ['2001:db8::1 36949 2001:db8::2 33200', 3],
  ]);
  expect(unacknowledgedIn('')).toEqual([]);
});

it.runIf(existsSync('/proc/self/net/tcp')).each(['127.0.0.1', '::1', '::'])(
  'knows the connections of this process by the names that their sockets have, at %s',
  async (host) => {
    const server = createServer({ pauseOnConnect: true }).listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect(port, host === '::' ? '127.0.0.1' : host);
    const [asleep] = (await once(server, 'connection')) as [Socket];
    const waiting = async () => (await unacknowledged()).get(connectionName(client)) ?? 0;
    expect(await waiting()).toBe(0);
    await eventually(async () => {
      client.write(Buffer.alloc(50_000));
      return expect(await waiting()).toBeGreaterThan(0);
    });
    asleep.resume();
    await eventually(async () => expect(await waiting()).toBe(0));
    client.destroy();
    asleep.destroy();
    server.close();
    await once(server, 'close');
  },
);
