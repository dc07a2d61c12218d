import { type Following, follow } from './follower.ts';

/** Who follows one ride after the other, each from the last event of the one before. */
export type RideFollower = {
  told: string[];
  faults: string[];
  watch(rideId: string): Promise<void>;
  stop(): Promise<void>;
};

/** @param after where the log of rides begins, before the first of them */
export function rideFollower(
  following: Pick<Following, 'url' | 'authorization'>,
  after: string,
): RideFollower {
  const told: string[] = [];
  const faults: string[] = [];
  let stop = async () => {};
  return {
    told,
    faults,
    async watch(rideId) {
      await stop();
      ({ stop } = follow({
        ...following,
        field: 'rideUpdated',
        query: `subscription ($id: ID!, $after: String) {
          rideUpdated(rideId: $id, after: $after) { cursor to ride { driver { user { displayName } } } }
        }`,
        variables: { id: rideId },
        after: told.at(-1) ?? after,
        told,
        faults,
      }));
    },
    stop: () => stop(),
  };
}
