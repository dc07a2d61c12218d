import type { FormattedExecutionResult } from 'graphql';
import type { TraceContext } from './trace-context.ts';

/** One operation on one subgraph. `headers` is all a subgraph learns about the caller: lower-case names only. */
export type SubgraphRequest = {
  query: string;
  operationName?: string | undefined;
  variables?: Record<string, unknown> | undefined;
  headers: Readonly<Record<string, string>>;
  /** What the operation is: only a `query` may be sent again. Absent where the caller does not say. */
  kind?: 'query' | 'mutation' | undefined;
  /** When the caller stops waiting, in milliseconds since the epoch. Policies shorten it and send it on. */
  deadline?: number | undefined;
  /** The span that makes the call. Policies send it on. */
  trace?: TraceContext | undefined;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal | undefined;
};

export type SubgraphResponse = FormattedExecutionResult;

/**
 * How a program reaches a subgraph: by function call in the same process, or by HTTP and graphql-ws.
 * Both ways keep one contract, so that neither the router nor a subgraph can tell which is in use:
 * `execute` resolves with whatever GraphQL result came back and rejects only when none did;
 * `subscribe` yields results until the subgraph completes, and ends upstream when its iterator is returned.
 * Callers own the answers: they may write into `data`.
 */
export type SubgraphTransport = {
  execute(request: SubgraphRequest): Promise<SubgraphResponse>;
  subscribe(request: SubgraphRequest): AsyncIterableIterator<SubgraphResponse>;
  close(): Promise<void>;
};
