import type { Logger } from '@meridian/kernel/logger';
import type { Caller, Callers } from '../security/callers.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import { type OperationRecord, recordOperation } from '../telemetry/operation-log.ts';
import type { Asked, BroadcastGroup, Operation } from './broadcast-group.ts';
import { type EndReason, tokenExpired } from './end-reasons.ts';
import type { Frame } from './frame.ts';
import { type LiveSink, Reader, type ReaderLimits, type ReaderOwner } from './reader.ts';

/** What all open streams of a router have in common. */
type OpenStreamEnvironment = {
  callers: Pick<Callers, 'identityOf'>;
  limits: ReaderLimits;
  metrics: RouterMetrics;
  logger: Logger;
  groupOf(asked: Asked, prepared: Operation, caller: Caller): BroadcastGroup;
  /** Goes on with what the operation is prepared to now, for the callers of the group. */
  prepareAgain(group: BroadcastGroup): Promise<void>;
};

type OpenStreamOptions = {
  group: BroadcastGroup;
  /** The cursor after which it begins; undefined for from now on. */
  from: string | undefined;
  caller: Caller;
  sink: LiveSink;
  record: OperationRecord;
  environment: OpenStreamEnvironment;
};

/** One subscription of one client. */
export class OpenStream implements ReaderOwner {
  readonly #reader: Reader;
  readonly #record: OperationRecord;
  readonly #environment: OpenStreamEnvironment;
  #group: BroadcastGroup;

  constructor({ group, from, caller, sink, record, environment }: OpenStreamOptions) {
    this.#group = group;
    this.#record = record;
    this.#environment = environment;
    this.#reader = new Reader({ caller, sink, limits: environment.limits, owner: this });
    group.add(this.#reader, from);
  }

  get caller(): Caller {
    return this.#reader.caller;
  }

  /** The client does not want it any more, or is gone. Nothing is written after this. */
  close(): void {
    this.#reader.close();
  }

  /** Ends with `UNAUTHENTICATED`. */
  expire(): void {
    this.#reader.end(tokenExpired);
  }

  /** The client took what was written: more may follow. */
  drained(): void {
    this.#reader.drained();
  }

  /** The same viewer brought another token. Where its rights differ, the stream goes on with those, after the last event. */
  renew({ viewer, expiresAt }: Pick<Caller, 'viewer' | 'expiresAt'>): void {
    const { callers, groupOf, prepareAgain, logger } = this.#environment;
    const before = this.#reader.caller;
    // Only what the token says changes: the request is still the same.
    const caller = { ...before, viewer, expiresAt };
    this.#reader.caller = caller;
    if (callers.identityOf(caller) === callers.identityOf(before)) return;
    const left = this.#reader.source;
    this.#group = groupOf(this.#group.asked, this.#group.prepared, caller);
    this.#group.add(this.#reader, this.#reader.position());
    left?.remove(this.#reader);
    if (!this.#group.prepared.operation.isDrawn) return;
    prepareAgain(this.#group).catch((err: unknown) =>
      logger.error(
        { err, correlationId: caller.correlationId },
        'a subscription goes on as it was prepared before',
      ),
    );
  }

  onSent({ errors, outcome }: Frame): void {
    this.#record.events++;
    this.#record.errors += errors;
    this.#record.outcome = outcome;
    this.#environment.metrics.events.inc();
  }

  onGap(): void {
    this.#environment.metrics.gaps.inc({ why: 'slow' });
  }

  onSlow(): void {
    this.#environment.metrics.slowConsumers.inc();
  }

  onOver(reason?: EndReason): void {
    const { metrics, logger } = this.#environment;
    metrics.subscriptions.dec();
    this.#record.errors += reason?.length ?? 0;
    if (reason) this.#record.outcome = 'error';
    recordOperation(metrics, logger, this.#record);
  }
}
