import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine, Prepared, Variables } from '../engine/engine.ts';
import type { RequestErrors } from '../engine/request-errors.ts';
import type { Caller } from '../security/callers.ts';
import type { RouterMetrics } from '../telemetry/metrics.ts';
import type { OperationRecord } from '../telemetry/operation-log.ts';
import { backoff } from './backoff.ts';
import type { BroadcastEnvironment } from './broadcast.ts';
import { type Asked, BroadcastGroup, type Operation } from './broadcast-group.ts';
import { canonical } from './canonical.ts';
import { invalidated, tokenExpired } from './end-reasons.ts';
import { OpenStream } from './open-stream.ts';
import type { LiveSink, ReaderLimits } from './reader.ts';
import { sharedJoins } from './shared-joins.ts';

/** A subscription that passed every check of `prepare` and `coerce`. */
export type LiveRequest = Asked &
  Operation & {
    /** The cursor to begin after, in place of the one in the variables, where the stream has cursors. */
    after?: string | undefined;
    caller: Caller;
    record: OperationRecord;
  };

/** One subscription of one client, as its door has it. */
export type LiveStream = Pick<OpenStream, 'close' | 'expire' | 'drained' | 'renew' | 'caller'>;

export type LiveStreams = {
  open(request: LiveRequest, sink: LiveSink): LiveStream;
  /** Prepares every open subscription anew: to be called when another supergraph is served. */
  reload(): Promise<void>;
  close(): void;
};

type LiveStreamsOptions = Omit<BroadcastEnvironment, 'joins'> & {
  engine: Pick<Engine, 'prepare'>;
  limits: ReaderLimits;
  metrics: RouterMetrics;
};

/** How often an operation is prepared again while too much else is planned: about ten seconds. */
const mostBusy = 8;
const neverAborted = new AbortController().signal;

/** Every subscription of the router, whatever door it came in by. */
export function createLiveStreams(options: LiveStreamsOptions): LiveStreams {
  const { engine, callers, limits, metrics, logger } = options;
  const environment = { callers, limits, metrics, logger, groupOf, prepareAgain };
  const ofBroadcasts = { ...options, joins: sharedJoins() };
  const groups = new Map<string, BroadcastGroup>();

  const onEmpty = (group: BroadcastGroup) => {
    if (groups.get(group.key) === group) groups.delete(group.key);
  };

  function groupOf(asked: Asked, prepared: Operation, caller: Caller): BroadcastGroup {
    const { shared } = prepared.operation.source(prepared.variables);
    const alike = canonical([asked.query, asked.operationName ?? null, shared, callers.identityOf(caller)]);
    // A digest, because there may be as many as subscribers, and a text has any length.
    const key = hash('sha256', alike, 'base64');
    const known = groups.get(key);
    if (known) {
      known.prepared = prepared;
      return known;
    }
    const group = new BroadcastGroup({ key, asked, caller, prepared, environment: ofBroadcasts, onEmpty });
    groups.set(key, group);
    return group;
  }

  function open(
    { operation, variables, after, caller, record, query, operationName, given }: LiveRequest,
    sink: LiveSink,
  ): LiveStream {
    const group = groupOf({ query, operationName, given }, { operation, variables }, caller);
    record.outcome = 'ok';
    metrics.subscriptions.inc();
    const { resume } = operation.source(variables);
    const from = resume && (after ?? resume.initial);
    return new OpenStream({ group, from, caller, sink, record, environment });
  }

  async function prepareAgain(group: BroadcastGroup): Promise<void> {
    const { query, operationName, given } = group.asked;
    const again = coerced(await prepareUnlessBusy(query, operationName, group.caller), given);
    if (!('errors' in again)) group.prepared = again;
    const now = Date.now();
    for (const broadcast of group.broadcasts()) {
      for (const reader of [...broadcast.readers])
        if (reader.caller.expiresAt !== null && reader.caller.expiresAt <= now) reader.end(tokenExpired);
      if ('errors' in again) broadcast.end(invalidated(again.errors));
      else if (broadcast.operation() !== again.operation) broadcast.replace(again.operation, again.variables);
    }
  }

  async function prepareUnlessBusy(
    query: string,
    operationName: string | undefined,
    caller: Caller,
  ): Promise<Prepared> {
    for (let failures = 0; ; failures++) {
      const prepared = await engine.prepare(query, operationName, () => callers.contextFor(caller));
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
