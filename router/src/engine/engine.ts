import type { TraceContext } from '@meridian/kernel/trace-context';
import type { FormattedExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';

/** What one request brings along to every subgraph call that it causes. */
export type RequestContext = {
  /** Forwarded to subgraphs as they are: signed viewer, correlation id, allowed client headers. Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Shown to clients with masked errors, written to every log line. */
  correlationId: string;
  /** When nobody waits any more, in milliseconds since the epoch. @default never */
  deadline?: number | undefined;
  /** The span of the request; subgraphs get spans below it. Unlike `headers` it tells nobody who asks. */
  trace?: TraceContext | undefined;
  signal?: AbortSignal | undefined;
};

export type Variables = Readonly<Record<string, unknown>>;
export type Result = FormattedExecutionResult;

export type PreparedQuery = {
  kind: 'query' | 'mutation';
  /** Never rejects: whatever goes wrong is an entry of `errors`. */
  execute(variables: Variables | undefined, context: RequestContext): Promise<Result>;
};

export type PreparedSubscription = {
  kind: 'subscription';
  /** Coerces variables; the coerced ones go to `source` and `join`. */
  coerce(
    variables: Variables | undefined,
  ): { variables: Variables } | { errors: readonly GraphQLFormattedError[] };
  /** The one subgraph that publishes the events, and the operation that starts its stream. */
  source(variables: Variables): {
    subgraph: string;
    query: string;
    operationName: string | undefined;
    variables: Variables;
  };
  /** Fetches what an event does not carry and shapes the frame for the client. Never rejects, never writes into `event`. */
  join(event: Result, variables: Variables, context: RequestContext): Promise<Result>;
};

export type PreparedOperation = PreparedQuery | PreparedSubscription;

export type Engine = {
  /** What clients see: without `@inaccessible` elements and federation machinery. */
  schema: GraphQLSchema;
  /**
   * Parses, validates, checks, plans and compiles; cached by text and operation name, failures too.
   * Every check that protects the graph lives here or in the prepared operation, so that no door can forget one.
   */
  prepare(
    query: string,
    operationName?: string,
  ): { operation: PreparedOperation } | { errors: readonly GraphQLFormattedError[] };
};
