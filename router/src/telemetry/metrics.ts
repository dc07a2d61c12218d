import type { Metrics } from '@meridian/kernel/metrics';
import { Counter, Gauge, Histogram } from 'prom-client';

export type Outcome = 'ok' | 'partial' | 'error';
export type RouterMetrics = ReturnType<typeof routerMetrics>;

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the router counts. Labels have few values: an operation's name is in the log, not here. */
export const routerMetrics = (registry: Metrics) => ({
  operations: new Counter({
    name: 'meridian_operations_total',
    help: 'Operations answered, by door, kind (query, mutation, subscription, unknown) and outcome.',
    labelNames: ['door', 'kind', 'outcome'],
    registers: [registry],
  }),
  operationSeconds: new Histogram({
    name: 'meridian_operation_duration_seconds',
    help: 'Time to answer a query or mutation.',
    labelNames: ['door', 'kind'],
    buckets: seconds,
    registers: [registry],
  }),
  fetchSeconds: new Histogram({
    name: 'meridian_subgraph_fetch_duration_seconds',
    help: 'Time a subgraph took to answer one call.',
    labelNames: ['subgraph'],
    buckets: seconds,
    registers: [registry],
  }),
  fetchFailures: new Counter({
    name: 'meridian_subgraph_fetch_failures_total',
    help: 'Calls to a subgraph that brought no GraphQL result.',
    labelNames: ['subgraph'],
    registers: [registry],
  }),
  fetchRetries: new Counter({
    name: 'meridian_subgraph_fetch_retries_total',
    help: 'Calls to a subgraph that were tried again.',
    labelNames: ['subgraph'],
    registers: [registry],
  }),
  fetchTimeouts: new Counter({
    name: 'meridian_subgraph_fetch_timeouts_total',
    help: 'Calls to a subgraph that were not answered in time.',
    labelNames: ['subgraph'],
    registers: [registry],
  }),
  fetchesRefused: new Counter({
    name: 'meridian_subgraph_fetches_refused_total',
    help: 'Calls that were not passed on, because the circuit was open or the queue full.',
    labelNames: ['subgraph', 'why'],
    registers: [registry],
  }),
  circuit: new Gauge({
    name: 'meridian_subgraph_circuit_state',
    help: 'Whether a subgraph is called: 0 closed (it is), 1 half open (on trial), 2 open (it is not).',
    labelNames: ['subgraph'],
    registers: [registry],
  }),
  prepared: new Counter({
    name: 'meridian_prepared_operations_total',
    help: 'Operations taken from the cache of prepared ones (hit), prepared by a plan of another router (shared) or planned (miss).',
    labelNames: ['cache'],
    registers: [registry],
  }),
  planned: new Counter({
    name: 'meridian_planned_operations_total',
    help: "Operations to answer by a plan of the query planner (apollo), or, where it would be wrong, by the engine's own (levels).",
    labelNames: ['planner'],
    registers: [registry],
  }),
  sharedPlans: new Counter({
    name: 'meridian_shared_plans_total',
    help: 'Plans asked for in Redis: found, missing, refused (of nobody who knows the secret) or unreachable; and passed on: written or unwritten.',
    labelNames: ['outcome'],
    registers: [registry],
  }),
  connections: new Gauge({
    name: 'meridian_stream_connections',
    help: 'Open WebSockets and streaming requests of clients, by door.',
    labelNames: ['door'],
    registers: [registry],
  }),
  connectionsRefused: new Counter({
    name: 'meridian_stream_connections_refused_total',
    help: 'WebSockets and streaming requests that were one too many (in total, of their address or of their viewer), and WebSockets for pages of other origins.',
    labelNames: ['why'],
    registers: [registry],
  }),
  subscriptions: new Gauge({
    name: 'meridian_subscriptions',
    help: 'Open client subscriptions.',
    registers: [registry],
  }),
  upstreams: new Gauge({
    name: 'meridian_upstream_subscriptions',
    help: 'Streams open to subgraphs; clients with the same request and identity share one.',
    registers: [registry],
  }),
  streamsLost: new Counter({
    name: 'meridian_upstream_subscriptions_lost_total',
    help: 'Streams from subgraphs that were lost or refused for a reason that may pass; each is taken up again.',
    labelNames: ['subgraph'],
    registers: [registry],
  }),
  joins: new Counter({
    name: 'meridian_subscription_joins_total',
    help: 'Events joined and written, once for all who share them.',
    registers: [registry],
  }),
  joinSeconds: new Histogram({
    name: 'meridian_subscription_join_duration_seconds',
    help: 'Time from an event of a subgraph to the frame that is sent.',
    buckets: seconds,
    registers: [registry],
  }),
  gaps: new Counter({
    name: 'meridian_subscription_gaps_total',
    help: 'Times that events without a cursor went missing: a stream was lost or moved, or one client was slow.',
    labelNames: ['why'],
    registers: [registry],
  }),
  slowConsumers: new Counter({
    name: 'meridian_subscriptions_too_slow_total',
    help: 'Subscriptions that were ended because their client read too slowly.',
    registers: [registry],
  }),
  events: new Counter({
    name: 'meridian_subscription_events_total',
    help: 'Events sent to clients.',
    registers: [registry],
  }),
});
