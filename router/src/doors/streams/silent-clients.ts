import type { Socket } from 'node:net';
import { connectionName, type Unacknowledged, unacknowledged } from './unacknowledged.ts';

export type SilentClients = {
  /**
   * Watches whether the client takes what it is sent, until it does not or the watch is ended.
   * @returns ends the watch
   */
  watch(socket: Socket, onSilent: () => void): () => void;
};

type Watched = { socket: Socket; onSilent: () => void; taken: number | undefined };

/**
 * Notices clients that vanished without a word although all that they are sent, heartbeats above all, fits into the buffers of
 * the operating system: whoever has acknowledged nothing of what was waiting for it since the last look is silent.
 * @param everyMs how often to look; there is to be something to acknowledge that often
 */
export function silentClients(
  everyMs: number,
  read: () => Promise<Unacknowledged> = unacknowledged,
): SilentClients {
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    const waiting = await read();
    isLooking = false;
    for (const client of watched) {
      const { socket, onSilent } = client;
      const bytes = waiting.get(connectionName(socket));
      const taken = bytes && socket.bytesWritten - socket.writableLength - bytes;
      if (taken !== undefined && client.taken !== undefined && taken <= client.taken) onSilent();
      client.taken = taken;
    }
  }

  return {
    watch(socket, onSilent) {
      const client = { socket, onSilent, taken: undefined };
      watched.add(client);
      timer ??= setInterval(() => void look(), everyMs);
      return () => {
        watched.delete(client);
        if (watched.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
