import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine, Prepared, PreparedSubscription, Variables } from '../engine/engine.ts';
import type { RequestErrors } from '../engine/request-errors.ts';
import type { Caller } from '../security/callers.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import { type OperationRecord, recordOperation } from '../telemetry/operation-log.ts';
import { backoff } from './backoff.ts';
import { type Broadcast, type BroadcastEnvironment, createBroadcast } from './broadcast.ts';
import { type BroadcastGroup, broadcastGroup } from './broadcast-group.ts';
import { canonical } from './canonical.ts';
import { invalidated, tokenExpired } from './end-reasons.ts';
import { createReader, type LiveSink, type Reader, type ReaderLimits } from './reader.ts';

/** A subscription that passed every check of `prepare` and `coerce`. */
export type LiveRequest = {
  query: string;
  operationName: string | undefined;
  operation: PreparedSubscription;
  /** As the client sent them: a swap of the supergraph coerces them again. */
  given: Variables | undefined;
  /** Coerced. */
  variables: Variables;
  /** The cursor to begin after, in place of the one in the variables, where the stream has cursors. */
  after?: string | undefined;
  caller: Caller;
  record: OperationRecord;
};

export type LiveStream = {
  /** The client does not want it any more, or is gone. Nothing is written after this. */
  close(): void;
  /** Ends with `UNAUTHENTICATED`. */
  expire(): void;
  /** The client took what was written: more may follow. */
  drained(): void;
  /** The same viewer brought another token. Where its rights differ, the stream goes on with those, after the last event. */
  renew(token: Pick<Caller, 'viewer' | 'expiresAt'>): void;
  readonly caller: Caller;
};

export type LiveStreams = {
  open(request: LiveRequest, sink: LiveSink): LiveStream;
  /** Prepares every open subscription anew: to be called when another supergraph is served. */
  reload(): Promise<void>;
  close(): void;
};

type LiveStreamsOptions = BroadcastEnvironment & {
  engine: Pick<Engine, 'prepare'>;
  limits: ReaderLimits;
  metrics: RouterMetrics;
};

/** How often an operation is prepared again while too much else is planned: about ten seconds. */
const mostBusy = 8;
const neverAborted = new AbortController().signal;

type Operation = { operation: PreparedSubscription; variables: Variables };
type Asked = Pick<LiveRequest, 'query' | 'operationName' | 'given'>;
type Group = BroadcastGroup & { asked: Asked; prepared: Operation };

/** Every subscription of the router, whatever door it came in by. */
export function createLiveStreams(options: LiveStreamsOptions): LiveStreams {
  const { engine, callers, limits, metrics, logger } = options;
  const groups = new Map<string, Group>();

  function groupOf(asked: Asked, prepared: Operation, caller: Caller): Group {
    const { shared } = prepared.operation.source(prepared.variables);
    const key = canonical([asked.query, asked.operationName ?? null, shared, callers.identityOf(caller)]);
    const known = groups.get(key);
    if (known) {
      known.prepared = prepared;
      return known;
    }
    const open = (after: string | undefined, callbacks: { onProgress(): void; onOver(): void }): Broadcast =>
      createBroadcast({ ...group.prepared, caller, after, environment: options, ...callbacks });
    const onEmpty = () => {
      if (groups.get(key) === group) groups.delete(key);
    };
    const group: Group = { ...broadcastGroup(open, onEmpty), asked, prepared };
    groups.set(key, group);
    return group;
  }

  function open(
    { operation, variables, after, caller, record, ...asked }: LiveRequest,
    sink: LiveSink,
  ): LiveStream {
    let group = groupOf(asked, { operation, variables }, caller);
    record.outcome = 'ok';
    metrics.subscriptions.inc();

    const reader: Reader = createReader({
      caller,
      sink,
      limits,
      isResumable: () => group.isResumable(reader),
      onSent({ errors, outcome }) {
        record.events++;
        record.errors += errors;
        record.outcome = outcome;
        metrics.events.inc();
      },
      onGap: () => metrics.gaps.inc({ why: 'slow' }),
      onSlow: () => metrics.slowConsumers.inc(),
      onCaughtUp: () => group.caughtUp(reader),
      onOver(reason) {
        group.remove(reader);
        metrics.subscriptions.dec();
        record.errors += reason?.length ?? 0;
        if (reason) record.outcome = 'error';
        recordOperation(metrics, logger, record);
      },
    });
    const { resume } = operation.source(variables);
    group.add(reader, resume && (after ?? resume.initial));

    return {
      close: reader.close,
      drained: reader.drained,
      expire: () => reader.end(tokenExpired),
      get caller() {
        return reader.caller;
      },
      renew({ viewer, expiresAt }) {
        const before = reader.caller;
        // Only what the token says changes: the request is still the same.
        reader.caller = { ...before, viewer, expiresAt };
        if (callers.identityOf(reader.caller) === callers.identityOf(before)) return;
        const left = group;
        group = groupOf(asked, left.prepared, reader.caller);
        group.add(reader, reader.position());
        left.remove(reader);
      },
    };
  }

  async function prepareAgain(group: Group): Promise<void> {
    const { query, operationName, given } = group.asked;
    const again = coerced(await prepareUnlessBusy(query, operationName), given);
    if (!('errors' in again)) group.prepared = again;
    const now = Date.now();
    for (const broadcast of group.broadcasts()) {
      for (const reader of [...broadcast.readers])
        if (reader.caller.expiresAt !== null && reader.caller.expiresAt <= now) reader.end(tokenExpired);
      if ('errors' in again) broadcast.end(invalidated(again.errors));
      else if (broadcast.operation() !== again.operation) broadcast.replace(again.operation, again.variables);
    }
  }

  async function prepareUnlessBusy(query: string, operationName: string | undefined): Promise<Prepared> {
    for (let failures = 0; ; failures++) {
      const prepared = await engine.prepare(query, operationName);
      const isBusy = 'errors' in prepared && prepared.errors[0]?.extensions?.['retryable'] === true;
      if (!isBusy || failures === mostBusy) return prepared;
      await backoff(failures, neverAborted);
    }
  }

  return {
    open,
    async reload() {
      // What was prepared before the swap is open after this turn.
      await nextTurn();
      // One after the other: all at once would crowd out the operations that clients wait for.
      for (const group of [...groups.values()]) await prepareAgain(group);
    },
    close() {
      for (const group of groups.values()) for (const broadcast of group.broadcasts()) broadcast.end();
    },
  };
}

function coerced(prepared: Prepared, given: Variables | undefined): Operation | RequestErrors {
  if ('errors' in prepared) return prepared;
  const { operation } = prepared;
  if (operation.kind !== 'subscription') throw new Error('a subscription has become something else');
  const checked = operation.coerce(given);
  return 'errors' in checked ? checked : { operation, ...checked };
}
