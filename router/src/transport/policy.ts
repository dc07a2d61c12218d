import { z } from 'zod';

/** How subgraphs are called, whichever way they are reached. Each has its own counts of everything. */
export type TransportPolicy = {
  /** One try must be answered within this, waiting for its turn included. */
  timeoutMs: number;
  /** The same for some subgraphs, by name. */
  timeouts: Readonly<Record<string, number>>;
  /** How often a read may be tried again. Mutations never are. */
  retries: number;
  /** Retries as a part of all calls, beyond the few that are kept in reserve. */
  retryShare: number;
  retryReserve: number;
  /** Milliseconds before the first retry, about; each next wait is about twice as long, up to the longest. */
  backoff: { firstMs: number; longestMs: number };
  /** Calls under way at once. */
  concurrency: number;
  /** Calls that may wait for one of these to end. */
  queue: number;
  circuit: {
    /** Opens when more than this part of the calls of the window failed, and it had `minimumCalls`. */
    threshold: number;
    windowMs: number;
    minimumCalls: number;
    /** How long it stays open before one call tries whether all is well again. */
    openMs: number;
  };
  /** The longest answer, compressed and not. */
  maxAnswerBytes: number;
};

export const defaultTransportPolicy: TransportPolicy = {
  timeoutMs: 10_000,
  timeouts: {},
  retries: 2,
  retryShare: 0.2,
  retryReserve: 10,
  backoff: { firstMs: 50, longestMs: 1_000 },
  concurrency: 128,
  queue: 2_000,
  circuit: { threshold: 0.5, windowMs: 5_000, minimumCalls: 20, openMs: 2_000 },
  maxAnswerBytes: 16 * 1024 * 1024,
};

const longestMs = 3_600_000;

/** `5000` for all, `catalog=2000` for one, or both, separated by commas. */
const timeouts = z
  .string()
  .transform((list) =>
    list.split(',').map((entry): [name: string, ms: number] => {
      const [ms = '', ...name] = entry.split('=').reverse();
      return [name.reverse().join('=').trim(), Number(ms.trim() || Number.NaN)];
    }),
  )
  .refine(
    (entries) =>
      entries.every(([, ms]) => Number.isInteger(ms) && ms >= 1 && ms <= longestMs) &&
      new Set(entries.map(([name]) => name)).size === entries.length,
    'give milliseconds for all, name=milliseconds for one, separated by commas',
  );

const count = z.coerce.number().int();

export const transportSettings = {
  SUBGRAPH_TIMEOUT_MS: timeouts.optional(),
  SUBGRAPH_RETRIES: count.min(0).max(10).default(defaultTransportPolicy.retries),
  SUBGRAPH_RETRY_PERCENT: count
    .min(0)
    .max(100)
    .default(defaultTransportPolicy.retryShare * 100),
  SUBGRAPH_CONCURRENCY: count.min(1).max(10_000).default(defaultTransportPolicy.concurrency),
  SUBGRAPH_QUEUE: count.min(0).max(1_000_000).default(defaultTransportPolicy.queue),
  SUBGRAPH_CIRCUIT_PERCENT: count
    .min(1)
    .max(99)
    .default(defaultTransportPolicy.circuit.threshold * 100),
  SUBGRAPH_CIRCUIT_OPEN_MS: count.min(1).max(longestMs).default(defaultTransportPolicy.circuit.openMs),
  SUBGRAPH_ANSWER_LIMIT_BYTES: count
    .min(1_000)
    .max(2 ** 30)
    .default(defaultTransportPolicy.maxAnswerBytes),
};

/** The policy that the settings ask for. */
export function transportPolicyOf(settings: z.infer<z.ZodObject<typeof transportSettings>>): TransportPolicy {
  const given = settings.SUBGRAPH_TIMEOUT_MS ?? [];
  return {
    ...defaultTransportPolicy,
    timeoutMs: given.find(([name]) => name === '')?.[1] ?? defaultTransportPolicy.timeoutMs,
    timeouts: Object.fromEntries(given.filter(([name]) => name !== '')),
    retries: settings.SUBGRAPH_RETRIES,
    retryShare: settings.SUBGRAPH_RETRY_PERCENT / 100,
    concurrency: settings.SUBGRAPH_CONCURRENCY,
    queue: settings.SUBGRAPH_QUEUE,
    circuit: {
      ...defaultTransportPolicy.circuit,
      threshold: settings.SUBGRAPH_CIRCUIT_PERCENT / 100,
      openMs: settings.SUBGRAPH_CIRCUIT_OPEN_MS,
    },
    maxAnswerBytes: settings.SUBGRAPH_ANSWER_LIMIT_BYTES,
  };
}
