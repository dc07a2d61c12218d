import type { z } from 'zod';
import { deadlineHeader, deadlineOf } from './deadline.ts';
import { AppError } from './errors.ts';
import { correlationHeader, type Headers } from './subgraph.ts';
import { childHeaders, receiveTrace } from './trace-context.ts';
import type { SubgraphTransport } from './transport.ts';
import { type ViewerSigner, viewerHeader } from './viewer-token.ts';

export type PeerRequest<Schema extends z.ZodType> = {
  query: string;
  variables: Record<string, unknown>;
  correlationId: string;
  /** The shape of `data`; an answer of another shape is an error. */
  data: Schema;
};

/** Another subgraph, called in this service's own name. */
export type Peer = {
  /** @throws SUBGRAPH_UNAVAILABLE when no answer came: the command may have been carried out or not; repeat it. */
  call<Schema extends z.ZodType>(request: PeerRequest<Schema>): Promise<z.output<Schema>>;
  /** The same peer for what is done for one request: it is part of its trace, and not waited for longer than that is. */
  onBehalfOf(received: Headers): Peer;
};

export type PeerOptions = {
  /** Of the peer, for messages. */
  name: string;
  transport: SubgraphTransport;
  sign: ViewerSigner;
  /** Who calls: `service:<name>` with the scopes that the peer's commands ask for. */
  as: { service: string; scopes: readonly string[] };
  timeoutMs?: number;
};

/** Commands and questions from one subgraph to another go the way of the router's: in process or over HTTP. */
export function connectPeer(options: PeerOptions, received: Headers = {}): Peer {
  const { name, transport, sign, as, timeoutMs = 5_000 } = options;
  const viewer = { id: `service:${as.service}`, scopes: new Set(as.scopes) };
  const unavailable = () =>
    new AppError('SUBGRAPH_UNAVAILABLE', `${name} did not answer; nothing is lost, try again`, {
      subgraph: name,
    });

  return {
    async call({ query, variables, correlationId, data }) {
      const deadline = Math.min(Date.now() + timeoutMs, deadlineOf(received[deadlineHeader]));
      const headers = {
        [viewerHeader]: await sign(viewer),
        [correlationHeader]: correlationId,
        [deadlineHeader]: String(deadline),
        ...(received['traceparent'] !== undefined && childHeaders(receiveTrace(received))),
      };
      const waitMs = deadline - Date.now();
      if (waitMs <= 0) throw unavailable();
      const signal = AbortSignal.timeout(waitMs);
      const answer = await transport.execute({ query, variables, headers, signal }).catch(() => {
        throw unavailable();
      });
      const [error] = answer.errors ?? [];
      if (error) throw new Error(`${name} refused: ${error.message}`);
      return data.parse(answer.data);
    },
    onBehalfOf: (request) => connectPeer(options, request),
  };
}
