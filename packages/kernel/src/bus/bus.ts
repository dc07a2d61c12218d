/** An event on its way from the subgraph where it happened to those that want to know. */
export type BusMessage = {
  /** The same each time that the event is sent, and no other's: a UUID made of its source and its place in the log. */
  id: string;
  /** The subgraph whose log it stands in. */
  source: string;
  /** Carries its version: `order.placed.v1`. */
  type: string;
  /** What it happened to. Messages of one source and key are handled in the order of the log. */
  key: string;
  data: unknown;
  /** When it was written. */
  at: Date;
};

/** What a consumer hears: types by the subgraph that tells them. */
export type Hears = Readonly<Record<string, readonly string[]>>;

export type BusConsumer = {
  /** Unique among all programs, for good: `orders.deliveries`. Processes that give the same name share the work. */
  name: string;
  hears: Hears;
  /** Called at least once for each message. What it throws makes the bus try again, later. */
  handle(message: BusMessage): Promise<void>;
  /** Takes a message that failed `tries` times; to the bus it is done then, and later ones of its key go on. */
  park(message: BusMessage, failure: { tries: number; error: unknown }): Promise<void>;
};

/** What waits for a consumer. */
export type Backlog = { messages: number /** Since when the oldest waits. */; oldest: Date | null };

export type Consuming = {
  backlog(): Promise<Backlog>;
  /** Takes no more messages and waits for those in hand. */
  stop(): Promise<void>;
};

/**
 * Brings events from the log of one subgraph to the others, at least once. Messages of one source and key are handled
 * one at a time and in order; others at once. A message that fails is tried again after a growing pause, and those
 * behind it wait; after the last try it is parked and they go on.
 */
export type Bus = {
  /** Resolves when the bus has them for good. What is sent again may be handled again. */
  send(messages: readonly BusMessage[]): Promise<void>;
  /** Hears what is sent from the first time on that a consumer of this name was there, whether it runs or not. */
  consume(consumer: BusConsumer): Promise<Consuming>;
  close(): Promise<void>;
};

/** How often and for how long a bus tries. */
export type Tries = {
  /** How often a message is handled before it is parked. */
  most: number;
  /** Seconds before the second try; doubled for each further one. */
  firstPause: number;
  /** Seconds between two tries at most. */
  longestPause: number;
  /** Seconds after which a process that took a message and does not answer is given up, and another one takes it. */
  lease: number;
};
