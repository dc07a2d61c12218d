import type { ConnectionPolicy } from './policy.ts';

/** Why a connection is not taken: too many in all, from its address, or of its viewer. */
export type TooMany = 'total' | 'address' | 'viewer';

/** How each is told over HTTP. */
export const refusals = {
  total: { status: 503, phrase: 'Service Unavailable', message: 'Too many connections are open here' },
  address: {
    status: 429,
    phrase: 'Too Many Requests',
    message: 'Too many connections are open from this address',
  },
  viewer: {
    status: 429,
    phrase: 'Too Many Requests',
    message: 'Too many connections of this viewer are open',
  },
} as const satisfies Record<TooMany, object>;

/** When a refused client may come again, in seconds. */
export const retryAfter = 10;

/** A place among the connections that stream, whatever door they came in by. */
export type Place = {
  /** Counts it for a viewer too. False when that viewer has too many. */
  take(viewerId: string | undefined): boolean;
  /** Gives it back. May be called again. */
  leave(): void;
};

export type ConnectionLimits = {
  /** @param network as `networkOf` gives it */
  open(network: string): Place | TooMany;
};

/** Counts the connections of this process: the limits of routers beside each other add up. */
export function connectionLimits(
  {
    most,
    mostPerAddress,
    mostPerViewer,
  }: Pick<ConnectionPolicy, 'most' | 'mostPerAddress' | 'mostPerViewer'>,
  onRefused: (why: TooMany) => void,
): ConnectionLimits {
  let total = 0;
  const ofNetwork = counter();
  const ofViewer = counter();

  const refuse = (why: TooMany): TooMany => {
    onRefused(why);
    return why;
  };

  return {
    open(network) {
      if (total >= most) return refuse('total');
      if (ofNetwork.of(network) >= mostPerAddress) return refuse('address');
      total++;
      ofNetwork.add(network, 1);
      let viewer: string | undefined;
      let isOpen = true;
      return {
        take(viewerId) {
          if (!isOpen || viewerId === undefined || viewer !== undefined) return true;
          if (ofViewer.of(viewerId) >= mostPerViewer) {
            refuse('viewer');
            return false;
          }
          ofViewer.add(viewerId, 1);
          viewer = viewerId;
          return true;
        },
        leave() {
          if (!isOpen) return;
          isOpen = false;
          total--;
          ofNetwork.add(network, -1);
          if (viewer !== undefined) ofViewer.add(viewer, -1);
        },
      };
    },
  };
}

/** What comes to nothing is forgotten: the map would keep everybody who ever came. */
function counter() {
  const counts = new Map<string, number>();
  return {
    of: (key: string) => counts.get(key) ?? 0,
    add(key: string, change: 1 | -1) {
      const count = (counts.get(key) ?? 0) + change;
      if (count === 0) counts.delete(key);
      else counts.set(key, count);
    },
  };
}
