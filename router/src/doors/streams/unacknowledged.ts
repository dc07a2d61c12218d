import { readFile } from 'node:fs/promises';
import { type Socket, SocketAddress } from 'node:net';
import { endianness } from 'node:os';

/** Bytes that the other end of a connection has not acknowledged, by `connectionName`; others have acknowledged all. */
export type Unacknowledged = ReadonlyMap<string, number>;

/** One line for each connection: number, local and remote address, state, bytes not acknowledged and not read, and more. */
const unacknowledgedLine = /^ *\d+: (\S+) (\S+) [0-9A-F]{2} (?!00000000)([0-9A-F]{8}):/gm;

/**
 * What was sent and not acknowledged, of all TCP connections of this machine, as Linux tells it. Node has no way to ask for it
 * or to set how long TCP may wait, which is a quarter of an hour. Empty on other systems.
 */
export async function unacknowledged(): Promise<Unacknowledged> {
  const texts = await Promise.all(
    ['/proc/self/net/tcp', '/proc/self/net/tcp6'].map((file) => readFile(file, 'latin1').catch(() => '')),
  );
  return new Map(texts.flatMap(unacknowledgedIn));
}

/** The same of the text of one such file. */
export const unacknowledgedIn = (text: string): [name: string, bytes: number][] =>
  [...text.matchAll(unacknowledgedLine)].map(([, local = '', remote = '', bytes = '']) => [
    `${endpoint(local)} ${endpoint(remote)}`,
    Number.parseInt(bytes, 16),
  ]);

/** How an open connection is called there. */
export const connectionName = ({ localAddress, localPort, remoteAddress, remotePort }: Socket): string =>
  `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;

/** `0100007F:0FA0` is 127.0.0.1 4000: words of 32 bits as this machine keeps them, and the port as it is read. */
function endpoint(text: string): string {
  const [hex = '', port = ''] = text.split(':');
  const words = Buffer.from(hex, 'hex');
  const bytes = endianness() === 'LE' ? words.swap32() : words;
  return `${bytes.length === 4 ? bytes.join('.') : sixteenBytes(bytes)} ${Number.parseInt(port, 16)}`;
}

/** As Node writes it. */
function sixteenBytes(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return new SocketAddress({ family: 'ipv6', address: groups.join(':') }).address;
}
