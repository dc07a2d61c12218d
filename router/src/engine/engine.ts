import type { TraceContext } from '@meridian/kernel/trace-context';
import type { FormattedExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { MaybePromise } from './maybe-promise.ts';
import type { Written } from './written.ts';

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
  /** Whoever asks wants to see how the operation is answered, and may: then the result says so in `extensions.plan`. */
  explain?: { cache: CacheState } | undefined;
};

/** Whether an operation was prepared already, and if not, whether its plan came from another router. */
export type CacheState = 'hit' | 'shared' | 'miss';

export type Variables = Readonly<Record<string, unknown>>;
export type Result = FormattedExecutionResult;

/** What plans: `@apollo/query-planner`, or the engine itself, by levels, what that one plans wrongly. */
export type Planner = 'apollo' | 'levels';

export type PreparedQuery = {
  kind: 'query' | 'mutation';
  planner: Planner;
  /** Never rejects: whatever goes wrong is an entry of `errors`. */
  execute(variables: Variables | undefined, context: RequestContext): Promise<Result>;
  /**
   * The same for a door that sends JSON: the whole response as a line of text, unless there are errors to tell. Several
   * requests may be given the same bytes.
   */
  executeText(variables: Variables | undefined, context: RequestContext): Promise<Written | Result>;
};

/** Where the events of a subscription come from, and where they can be taken up again. */
export type EventSource = {
  subgraph: string;
  query: string;
  operationName: string | undefined;
  variables: Variables;
  /** The client's variables that tell one subscription from another: all but the position to begin at. */
  shared: Variables;
  /** Of a stream whose events carry cursors; undefined for any other: what it missed is lost to it. */
  resume?: {
    /** The variable that says after which event to begin. It is not among `variables`. */
    variable: string;
    /** After which event the client wants to begin; undefined for from now on. */
    initial: string | undefined;
    /** The cursor of an event; undefined where it brought none. */
    cursorOf(event: Result): string | undefined;
  };
};

export type PreparedSubscription = {
  kind: 'subscription';
  planner: Planner;
  /** Whether labels of a progressive `@override` decide on it, so that who asks as somebody else is to prepare it again. */
  isDrawn: boolean;
  /** Coerces variables; the coerced ones go to `source` and `join`. */
  coerce(
    variables: Variables | undefined,
  ): { variables: Variables } | { errors: readonly GraphQLFormattedError[] };
  /**
   * To be called in the turn in which it was prepared: all that `join` needs stays open, whatever is served by then, until
   * the function it gives is called.
   */
  hold(): () => void;
  /** The one subgraph that publishes the events, and the operation that starts its stream. */
  source(variables: Variables): EventSource;
  /** Those of the variables that `join` depends on: where they and the event are the same, so is the frame. */
  joinVariables(variables: Variables): Variables;
  /** Fetches what an event does not carry and shapes the frame for the client. Never rejects, never writes into `event`. */
  join(event: Result, variables: Variables, context: RequestContext): Promise<Result>;
};

export type PreparedOperation = PreparedQuery | PreparedSubscription;

/** What a client sent to be prepared. */
export type OperationText = { query: string; operationName?: string | undefined };

export type Prepared = { operation: PreparedOperation } | { errors: readonly GraphQLFormattedError[] };

/** The same, and where it came from. */
export type Found = Prepared & { cache: CacheState };

export type Engine = {
  /** What clients see: without `@inaccessible` elements and federation machinery. */
  schema: GraphQLSchema;
  /**
   * Parses, validates, checks, plans and compiles; cached by text and operation name, failures too.
   * Every check that protects the graph lives here or in the prepared operation, so that no door can forget one.
   * What is cached comes at once, else a promise that never rejects while another thread plans.
   * @param contextOf who asks, for a subscription: labels of `@override` are drawn when it is prepared
   */
  prepare(query: string, operationName?: string, contextOf?: ContextOf): MaybePromise<Found>;
};

/** Gives the context of who asks, for whoever needs it. */
export type ContextOf = () => MaybePromise<RequestContext>;

/** An engine and what keeps it going. */
export type RunningEngine = Engine & {
  /** The operations that were asked for most. */
  hottest(most: number): OperationText[];
  /** Another engine takes over. Runs what is still asked of it, and keeps no thread for that. */
  retire(): void;
  close(): Promise<void>;
};

/** One that plans on the thread that it is called on, and so never makes anybody wait. */
export type LocalEngine = Omit<RunningEngine, 'prepare'> & {
  prepare(query: string, operationName?: string, contextOf?: () => RequestContext): Found;
};
