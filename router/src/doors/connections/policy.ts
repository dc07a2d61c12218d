import { z } from 'zod';
import { isNetwork } from './client-address.ts';

/** How many connections may stream. All doors count together. */
export type ConnectionPolicy = {
  /** WebSockets and streaming requests of this process together. */
  most: number;
  /** Of one IPv4 address, or one IPv6 /64 network. */
  mostPerAddress: number;
  /** Of one viewer; who is anonymous is counted by address alone. */
  mostPerViewer: number;
  /** Proxies whose `X-Forwarded-For` is believed: addresses and networks. */
  trustedProxies: readonly string[];
  /** A streaming request gets a sign of life so often; a client that takes nothing between two is dropped. */
  heartbeatMs: number;
};

export type WebSocketConfig = {
  /** A client has this long to send `connection_init`. */
  initTimeoutMs: number;
  /** A connection that leaves a ping unanswered this long is dropped. */
  keepAliveMs: number;
  /** A connection on which no operation runs for so long is closed. */
  idleTimeoutMs: number;
  maxMessageBytes: number;
  /** Operations that may run at once on one connection. */
  maxOperations: number;
};

export const defaultConnectionPolicy: ConnectionPolicy = {
  most: 20_000,
  mostPerAddress: 1_000,
  mostPerViewer: 100,
  trustedProxies: [],
  heartbeatMs: 12_000,
};

export const defaultWebSocketConfig: WebSocketConfig = {
  initTimeoutMs: 3_000,
  keepAliveMs: 12_000,
  idleTimeoutMs: 600_000,
  maxMessageBytes: 1_000_000,
  maxOperations: 100,
};

const count = z.coerce.number().int().min(1);
const milliseconds = count.max(86_400_000);

const proxies = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  )
  .refine(
    (entries) => entries.every(isNetwork),
    'give addresses or networks such as 10.0.0.0/8, separated by commas',
  );

export const connectionSettings = {
  CONNECTIONS: count.default(defaultConnectionPolicy.most),
  CONNECTIONS_PER_ADDRESS: count.default(defaultConnectionPolicy.mostPerAddress),
  CONNECTIONS_PER_VIEWER: count.default(defaultConnectionPolicy.mostPerViewer),
  TRUST_PROXY: proxies.default([]),
  // TCP may take 200 ms to acknowledge, beside the way: who is asked sooner for a sign of life has no chance to give it.
  HEARTBEAT_MS: milliseconds.min(1_000).default(defaultConnectionPolicy.heartbeatMs),
  WS_INIT_TIMEOUT_MS: milliseconds.default(defaultWebSocketConfig.initTimeoutMs),
  WS_IDLE_TIMEOUT_MS: milliseconds.default(defaultWebSocketConfig.idleTimeoutMs),
  WS_MESSAGE_LIMIT_BYTES: count.min(1_000).default(defaultWebSocketConfig.maxMessageBytes),
  WS_OPERATIONS: count.default(defaultWebSocketConfig.maxOperations),
};

type Settings = z.infer<z.ZodObject<typeof connectionSettings>>;

/** The policy that the settings ask for. */
export const connectionPolicyOf = (settings: Settings): ConnectionPolicy => ({
  most: settings.CONNECTIONS,
  mostPerAddress: settings.CONNECTIONS_PER_ADDRESS,
  mostPerViewer: settings.CONNECTIONS_PER_VIEWER,
  trustedProxies: settings.TRUST_PROXY,
  heartbeatMs: settings.HEARTBEAT_MS,
});

export const webSocketConfigOf = (settings: Settings): WebSocketConfig => ({
  initTimeoutMs: settings.WS_INIT_TIMEOUT_MS,
  keepAliveMs: settings.HEARTBEAT_MS,
  idleTimeoutMs: settings.WS_IDLE_TIMEOUT_MS,
  maxMessageBytes: settings.WS_MESSAGE_LIMIT_BYTES,
  maxOperations: settings.WS_OPERATIONS,
});
