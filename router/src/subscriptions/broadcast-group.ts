import type { PreparedSubscription, Variables } from '../engine/engine.ts';
import type { Caller } from '../security/callers.ts';
import { Broadcast, type BroadcastEnvironment, type BroadcastOwner } from './broadcast.ts';
import type { Reader } from './reader.ts';
import { SmallSet } from './small-set.ts';

/** What was sent to be subscribed to. */
export type Asked = {
  query: string;
  operationName: string | undefined;
  /** As the client sent them: a swap of the supergraph coerces them again. */
  given: Variables | undefined;
};

/** An operation that passed every check, with variables that did. */
export type Operation = { operation: PreparedSubscription; variables: Variables };

type GroupOptions = {
  /** Equal for those who may share a broadcast, and for nobody else. */
  key: string;
  /** Of the first to come, as the caller. All others are alike but for where they begin. */
  asked: Asked;
  caller: Caller;
  prepared: Operation;
  environment: BroadcastEnvironment;
  onEmpty(group: BroadcastGroup): void;
};

/**
 * All broadcasts of one subscription: one that is live, which newcomers join, and one for each cursor from which
 * somebody catches up. Those meet: as soon as one is at a cursor that another still remembers, its readers go on there
 * with the next frame, and it ends. So a crowd that comes again after a restart costs an upstream for each cursor it
 * comes with, and one again after the next event.
 */
export class BroadcastGroup implements BroadcastOwner {
  readonly key: string;
  readonly asked: Asked;
  /** What broadcasts begin with from now on. */
  prepared: Operation;
  /** One of those who share it, who are all alike to subgraphs. */
  readonly caller: Caller;
  readonly #environment: BroadcastEnvironment;
  readonly #onEmpty: GroupOptions['onEmpty'];
  readonly #all = new SmallSet<Broadcast>();
  #live: Broadcast | undefined;

  constructor({ key, asked, caller, prepared, environment, onEmpty }: GroupOptions) {
    this.key = key;
    this.asked = asked;
    this.prepared = prepared;
    this.caller = caller;
    this.#environment = environment;
    this.#onEmpty = onEmpty;
  }

  broadcasts(): readonly Broadcast[] {
    return [...this.#all];
  }

  /** @param after the last cursor that the subscriber has; undefined for from now on */
  add(reader: Reader, after: string | undefined): void {
    const found =
      after === undefined
        ? this.#live
        : [...this.#all].find((broadcast) => broadcast.isResumable() && broadcast.recent.reaches(after));
    (found ?? this.#start(after)).add(reader, after);
  }

  onProgress(broadcast: Broadcast): void {
    if (this.#all.size > 1) this.#meet(broadcast);
  }

  onOver(broadcast: Broadcast): void {
    this.#all.delete(broadcast);
    if (this.#live === broadcast) this.#live = undefined;
    if (this.#all.size === 0) this.#onEmpty(this);
  }

  #start(after: string | undefined): Broadcast {
    const broadcast = new Broadcast({
      ...this.prepared,
      ...{ after, caller: this.caller, environment: this.#environment, owner: this },
    });
    this.#all.add(broadcast);
    if (after === undefined) this.#live = broadcast;
    return broadcast;
  }

  /** What has changed is where this one is: it may go on with another, or another with it. */
  #meet(broadcast: Broadcast): void {
    for (const other of [...this.#all]) {
      if (other === broadcast) continue;
      if (other !== this.#live && reaches(broadcast, other)) merge(other, broadcast);
      else if (broadcast !== this.#live && reaches(other, broadcast)) {
        merge(broadcast, other);
        return;
      }
    }
  }
}

function reaches(target: Broadcast, follower: Broadcast): boolean {
  const cursor = follower.recent.last();
  return cursor !== undefined && target.recent.reaches(cursor);
}

function merge(from: Broadcast, into: Broadcast): void {
  const cursor = from.recent.last();
  for (const reader of [...from.readers]) {
    into.add(reader, cursor);
    from.remove(reader);
  }
}
