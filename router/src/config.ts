import { readConfig } from '@meridian/kernel/config';
import { z } from 'zod';
import {
  type ConnectionPolicy,
  connectionPolicyOf,
  connectionSettings,
  defaultConnectionPolicy,
  defaultWebSocketConfig,
  type WebSocketConfig,
  webSocketConfigOf,
} from './doors/connections/policy.ts';
import {
  type AdmissionPolicy,
  admissionPolicyOf,
  admissionSettings,
  defaultAdmissionPolicy,
} from './engine/admission.ts';
import {
  defaultOperationLimits,
  limitSettings,
  type OperationLimits,
  operationLimitsOf,
} from './engine/limits/limits.ts';
import {
  defaultPlanningPolicy,
  type PlanningPolicy,
  planningPolicyOf,
  planningSettings,
} from './engine/planning/policy.ts';
import { sharedPlansOf, sharedPlansSettings } from './engine/planning/sharing.ts';
import {
  defaultTransportPolicy,
  type TransportPolicy,
  transportPolicyOf,
  transportSettings,
} from './transport/policy.ts';

export type AuthConfig = {
  /** JSON Web Key Set: an http(s) URL, a `file:` URL or a path. */
  jwks: string;
  issuer: string | undefined;
  audience: string | undefined;
};

export type RouterConfig = {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Hides the schema, the explorers and the messages of unexpected errors. */
  production: boolean;
  logLevel: string;
  /** Without it every request is anonymous, and one that brings a token is refused. */
  auth: AuthConfig | undefined;
  /** Signs the viewer for subgraphs; shared with them. */
  viewerSecret: string | undefined;
  /** Client headers that reach subgraphs, lower case. */
  forwardHeaders: readonly string[];
  /** Where subgraphs are, by name, instead of what the supergraph says. */
  subgraphUrls: Readonly<Record<string, string>>;
  transport: TransportPolicy;
  /** All calls for a request, or for one event of a subscription, are to be answered within this. */
  requestTimeoutMs: number;
  /** What operations may ask for at most. */
  limits: OperationLimits;
  planning: PlanningPolicy;
  /** The Redis in which plans are shared with other routers; needs `viewerSecret`. Without it they are not. */
  sharedPlans: { redisUrl: string } | undefined;
  admission: AdmissionPolicy;
  bodyLimitBytes: number;
  /** Origins whose pages may use `/graphql`, such as `https://shop.example.com`. */
  corsOrigins: readonly string[];
  /** Who has it may read `/metrics`. Without one that is who asks from this machine. */
  metricsToken: string | undefined;
  /** Runs a query once for all who ask the same at the same time. */
  shareInFlight: boolean;
  /** Asks a subgraph once for the entities that requests of one viewer want at the same time. */
  batchAcrossRequests: boolean;
  /** How long `stop()` lets running requests end. */
  drainMs: number;
  connections: ConnectionPolicy;
  webSocket: WebSocketConfig;
  live: LiveConfig;
};

export type LiveConfig = {
  /** Events that may wait for a slow client in one subscription. */
  maxQueuedEvents: number;
  /** And their length in all its subscriptions, in UTF-16 code units. */
  maxQueuedBytes: number;
  /** How long before its token ends a client is told. */
  tokenWarningMs: number;
};

export const routerDefaults: RouterConfig = {
  host: '127.0.0.1',
  port: 4000,
  production: false,
  logLevel: 'info',
  auth: undefined,
  viewerSecret: undefined,
  forwardHeaders: [],
  subgraphUrls: {},
  transport: defaultTransportPolicy,
  requestTimeoutMs: 30_000,
  limits: defaultOperationLimits,
  planning: defaultPlanningPolicy,
  sharedPlans: undefined,
  admission: defaultAdmissionPolicy,
  bodyLimitBytes: 1_000_000,
  corsOrigins: [],
  metricsToken: undefined,
  shareInFlight: true,
  batchAcrossRequests: true,
  drainMs: 5_000,
  connections: defaultConnectionPolicy,
  webSocket: defaultWebSocketConfig,
  live: { maxQueuedEvents: 256, maxQueuedBytes: 4_000_000, tokenWarningMs: 30_000 },
};

/** Names that belong to one connection, or that only the router itself may write. */
const neverForwarded = new Set([
  ...['connection', 'content-length', 'content-type', 'host', 'keep-alive', 'te', 'trailer', 'upgrade'],
  ...['transfer-encoding', 'accept', 'accept-encoding', 'expect', 'x-meridian-viewer', 'x-correlation-id'],
  ...['traceparent', 'tracestate', 'x-deadline'],
]);

const headerList = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter(Boolean),
  )
  .refine((names) => names.every((name) => /^[\w-]+$/.test(name)), 'give header names, separated by commas')
  .refine(
    (names) => !names.some((name) => neverForwarded.has(name)),
    'names a header that is never forwarded',
  );

const originList = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
  )
  .refine(
    (origins) => origins.every((origin) => /^https?:/.test(origin) && originOf(origin) === origin),
    'give origins as browsers send them, such as https://shop.example.com, separated by commas',
  );

const originOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined);

const urlsByName = z
  .string()
  .transform((list) => list.split(',').map((entry) => entry.trim().split(/=(.*)/s, 2) as [string, string?]))
  .refine(
    (entries) => entries.every(([name, url]) => name && url && /^https?:/.test(url) && URL.canParse(url)),
    'give name=http://host:port/graphql, separated by commas',
  )
  .transform((entries): Record<string, string> => Object.fromEntries(entries));

const wholeNumber = z.coerce.number().int().min(0);

/** What a router takes and bounds, whether it is a process of its own or a part of one. */
export const operatingSettings = {
  FORWARD_HEADERS: headerList.default([]),
  ...transportSettings,
  REQUEST_TIMEOUT_MS: wholeNumber.min(1).max(3_600_000).default(routerDefaults.requestTimeoutMs),
  ...limitSettings,
  ...planningSettings,
  ...sharedPlansSettings,
  ...admissionSettings,
  BODY_LIMIT_BYTES: wholeNumber.min(1_000).default(routerDefaults.bodyLimitBytes),
  CORS_ORIGINS: originList.default([]),
  METRICS_TOKEN: z.string().min(16, 'needs 16 characters or more').optional(),
  SHARE_IN_FLIGHT: z.stringbool().default(routerDefaults.shareInFlight),
  BATCH_ACROSS_REQUESTS: z.stringbool().default(routerDefaults.batchAcrossRequests),
  // A stream that catches up is held up when its client is behind: eight joins and the next event are on the way by then.
  LIVE_QUEUE_EVENTS: wholeNumber.min(16).default(routerDefaults.live.maxQueuedEvents),
  LIVE_QUEUE_BYTES: wholeNumber.min(10_000).default(routerDefaults.live.maxQueuedBytes),
  TOKEN_WARNING_MS: wholeNumber.default(routerDefaults.live.tokenWarningMs),
  ...connectionSettings,
  DRAIN_MS: wholeNumber.default(routerDefaults.drainMs),
};

/** The settings of a router that is a process of its own. */
export const routerSettings = {
  SUPERGRAPH: z.string().optional(),
  HOST: z.string().default(routerDefaults.host),
  PORT: wholeNumber.max(65_535).default(routerDefaults.port),
  NODE_ENV: z.string().default('development'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  AUTH_JWKS: z.string().optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  VIEWER_SECRET: z.string().min(32, 'needs 32 characters or more').optional(),
  SUBGRAPH_URLS: urlsByName.default({}),
  ...operatingSettings,
};

/** What these settings say. */
export const operatingConfig = (settings: z.infer<z.ZodObject<typeof operatingSettings>>) =>
  ({
    forwardHeaders: settings.FORWARD_HEADERS,
    transport: transportPolicyOf(settings),
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    limits: operationLimitsOf(settings),
    planning: planningPolicyOf(settings),
    sharedPlans: sharedPlansOf(settings),
    admission: admissionPolicyOf(settings),
    bodyLimitBytes: settings.BODY_LIMIT_BYTES,
    corsOrigins: settings.CORS_ORIGINS,
    metricsToken: settings.METRICS_TOKEN,
    shareInFlight: settings.SHARE_IN_FLIGHT,
    batchAcrossRequests: settings.BATCH_ACROSS_REQUESTS,
    drainMs: settings.DRAIN_MS,
    connections: connectionPolicyOf(settings),
    webSocket: webSocketConfigOf(settings),
    live: {
      maxQueuedEvents: settings.LIVE_QUEUE_EVENTS,
      maxQueuedBytes: settings.LIVE_QUEUE_BYTES,
      tokenWarningMs: settings.TOKEN_WARNING_MS,
    },
  }) satisfies Partial<RouterConfig>;

/**
 * Settings from the environment, and from the command line where that says otherwise.
 * @throws ConfigError naming every bad setting.
 */
export function readRouterConfig(
  otherwise: Readonly<Record<string, string | undefined>> = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): RouterConfig & { supergraph: string | undefined } {
  const given = Object.entries(otherwise).filter(([, value]) => value !== undefined);
  const settings = readConfig(routerSettings, { ...env, ...Object.fromEntries(given) });
  return {
    ...routerDefaults,
    supergraph: settings.SUPERGRAPH,
    host: settings.HOST,
    port: settings.PORT,
    production: settings.NODE_ENV === 'production',
    logLevel: settings.LOG_LEVEL,
    auth: settings.AUTH_JWKS
      ? { jwks: settings.AUTH_JWKS, issuer: settings.AUTH_ISSUER, audience: settings.AUTH_AUDIENCE }
      : undefined,
    viewerSecret: settings.VIEWER_SECRET,
    subgraphUrls: settings.SUBGRAPH_URLS,
    ...operatingConfig(settings),
  };
}
