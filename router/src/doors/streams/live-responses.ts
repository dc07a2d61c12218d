import type { FastifyReply } from 'fastify';
import { expiryTimer } from '../../security/expiry-timer.ts';
import type { EndReason } from '../../subscriptions/end-reasons.ts';
import type { LiveRequest, LiveStream, LiveStreams } from '../../subscriptions/live-streams.ts';
import type { RouterMetrics } from '../../telemetry/metrics.ts';
import type { SilentClients } from './silent-clients.ts';
import type { StreamFormat } from './stream-format.ts';
import { streamResponse } from './stream-response.ts';

export type LiveResponsesOptions = {
  live: Pick<LiveStreams, 'open'>;
  metrics: Pick<RouterMetrics, 'connections'>;
  heartbeatMs: number;
  silent: SilentClients;
  /** How long before the end of its token a client is warned. */
  tokenWarningMs: number;
};

export type LiveResponses = {
  /** @param onGone called once, when the connection is done with this request */
  start(reply: FastifyReply, format: StreamFormat, request: LiveRequest, onGone: () => void): void;
  /** Ends them all with a word to come again, and waits until clients have taken it or are gone. */
  stop(): Promise<void>;
};

/** Subscriptions that are each the answer to one HTTP request, until the client hangs up. */
export function liveResponses({
  live,
  heartbeatMs,
  silent,
  tokenWarningMs,
}: LiveResponsesOptions): LiveResponses {
  const open = new Map<() => void, Promise<void>>();
  let isStopping = false;

  function start(reply: FastifyReply, format: StreamFormat, request: LiveRequest, onGone: () => void): void {
    // It was on its way here when all others were ended; nothing closes its connection when it is over.
    if (isStopping) reply.header('connection', 'close');
    const gone = Promise.withResolvers<void>();
    let resumeFrom: string | undefined;
    let stream: LiveStream | undefined;
    const expiry = expiryTimer({
      warnMs: tokenWarningMs,
      onWarning: (expiresAt) => response.write(format.next(tokenExpiring(expiresAt))),
      onExpired: () => stream?.expire(),
    });
    const response = streamResponse(reply, format, {
      heartbeatMs,
      silent,
      onDrain: () => stream?.drained(),
      onGone() {
        open.delete(leave);
        expiry.stop();
        stream?.close();
        onGone();
        gone.resolve();
      },
    });
    const leave = () => {
      stream?.close();
      response.end(format.broken(goingAway(resumeFrom), { retry: true }));
    };
    open.set(leave, gone.promise);
    stream = live.open(request, {
      next(frame) {
        resumeFrom = frame.cursor ?? resumeFrom;
        response.write(format.next(frame));
      },
      end(reason) {
        expiry.stop();
        response.end(reason ? format.broken(reason, { retry: false }) : format.complete);
      },
      isFull: response.isFull,
      waiting: { bytes: 0 },
    });
    expiry.set(request.caller.expiresAt);
    if (isStopping) leave();
  }

  return {
    start,
    async stop() {
      isStopping = true;
      const gone = [...open.values()];
      for (const leave of open.keys()) leave();
      await Promise.all(gone);
    },
  };
}

const goingAway = (resumeFrom: string | undefined): EndReason => [
  {
    message: 'The server stops; subscribe again',
    extensions: { code: 'GOING_AWAY', ...(resumeFrom !== undefined && { resumeFrom }) },
  },
];

/** A result without data: clients that know nothing of it pass it on as an event that is empty. */
const tokenExpiring = (expiresAt: number) => ({
  text: JSON.stringify({
    data: null,
    extensions: { tokenExpiring: { expiresAt: new Date(expiresAt).toISOString() } },
  }),
  cursor: undefined,
});
