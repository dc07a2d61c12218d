import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type SilentProxy = {
  port: number;
  /**
   * From now on the connections that there are carry nothing more, not even a goodbye, and stay open to the client; the
   * server hears of it when a client gives one up. New ones are as good as before.
   */
  fallSilent(): void;
  stop(): Promise<void>;
};

/** Stands before a server, and can do what a network does that loses a route: nothing, without a word about it. */
export async function silentProxy(target: { host: string; port: number }): Promise<SilentProxy> {
  const open = new Set<[client: Socket, peer: Socket]>();
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    const peer = connect({ ...target, allowHalfOpen: true });
    const pair: [Socket, Socket] = [client, peer];
    open.add(pair);
    client.on('error', () => peer.destroy());
    peer.on('error', () => client.destroy());
    client.on('close', () => open.delete(pair));
    client.pipe(peer);
    peer.pipe(client);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');

  return {
    port: (proxy.address() as AddressInfo).port,
    fallSilent() {
      for (const [client, peer] of open) {
        client.unpipe().resume();
        peer.unpipe().resume();
        client.on('end', () => peer.destroy());
      }
    },
    async stop() {
      proxy.close();
      for (const [client, peer] of open) {
        client.destroy();
        peer.destroy();
      }
      await once(proxy, 'close');
    },
  };
}
