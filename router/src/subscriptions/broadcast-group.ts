import type { Broadcast } from './broadcast.ts';
import type { Reader } from './reader.ts';

/** Opens a broadcast. @param after the cursor after which it begins; undefined for from now on */
type Open = (after: string | undefined, callbacks: { onProgress(): void; onOver(): void }) => Broadcast;

export type BroadcastGroup = {
  /** @param after the last cursor that the subscriber has; undefined for from now on */
  add(reader: Reader, after: string | undefined): void;
  remove(reader: Reader): void;
  /** The client of this reader has taken what waited. */
  caughtUp(reader: Reader): void;
  isResumable(reader: Reader): boolean;
  broadcasts(): readonly Broadcast[];
};

/**
 * All broadcasts of one subscription: one that is live, which newcomers join, and one for each cursor from which
 * somebody catches up. Those meet: as soon as one is at a cursor that another still remembers, its readers go on there
 * with the next frame, and it ends. So a crowd that comes again after a restart costs an upstream for each cursor it
 * comes with, and one again after the next event.
 */
export function broadcastGroup(open: Open, onEmpty: () => void): BroadcastGroup {
  const all = new Set<Broadcast>();
  const byReader = new Map<Reader, Broadcast>();
  let live: Broadcast | undefined;

  function start(after: string | undefined): Broadcast {
    const broadcast = open(after, {
      onProgress: () => {
        if (all.size > 1) meet(broadcast);
      },
      onOver() {
        all.delete(broadcast);
        if (live === broadcast) live = undefined;
        if (all.size === 0) onEmpty();
      },
    });
    all.add(broadcast);
    if (after === undefined) live = broadcast;
    return broadcast;
  }

  /** What has changed is where this one is: it may go on with another, or another with it. */
  function meet(broadcast: Broadcast): void {
    for (const other of [...all]) {
      if (other === broadcast) continue;
      if (other !== live && reaches(broadcast, other)) merge(other, broadcast);
      else if (broadcast !== live && reaches(other, broadcast)) {
        merge(broadcast, other);
        return;
      }
    }
  }

  function merge(from: Broadcast, into: Broadcast): void {
    const cursor = from.recent.last();
    for (const reader of [...from.readers]) {
      byReader.set(reader, into);
      into.add(reader, cursor);
      from.remove(reader);
    }
  }

  return {
    add(reader, after) {
      const found =
        after === undefined
          ? live
          : [...all].find((broadcast) => broadcast.isResumable() && broadcast.recent.reaches(after));
      const broadcast = found ?? start(after);
      byReader.set(reader, broadcast);
      broadcast.add(reader, after);
    },
    remove(reader) {
      const broadcast = byReader.get(reader);
      byReader.delete(reader);
      broadcast?.remove(reader);
    },
    caughtUp: (reader) => byReader.get(reader)?.caughtUp(),
    isResumable: (reader) => byReader.get(reader)?.isResumable() ?? false,
    broadcasts: () => [...all],
  };
}

function reaches(target: Broadcast, follower: Broadcast): boolean {
  const cursor = follower.recent.last();
  return cursor !== undefined && target.recent.reaches(cursor);
}
