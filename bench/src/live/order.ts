/** What the process of the subscribers is told to do. */
export type LiveOrder =
  | {
      do: 'connect';
      url: string;
      /** Where events are announced: the subgraph, past whoever is measured. */
      announceAt: string;
      connections: number;
      /** @default graphql-transport-ws */
      over?: 'sse';
      /** Nothing where it is left out. `number` gives every connection another value of its variable, which lets all events pass. */
      subscription?: { query: string; leastOf: 'nought' | 'number' };
    }
  /** Announces so many events, each when all have the one before. */
  | { do: 'announce'; events: number }
  | { do: 'close' };

export type LiveReport = {
  deliveries: number;
  /** Of them with errors. */
  failures: number;
  seconds: number;
  bytesPerFrame: number;
  /** From an announcement until the last subscriber has it, in milliseconds. */
  p50Ms: number;
  p99Ms: number;
};
