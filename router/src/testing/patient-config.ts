import { type RouterConfig, routerDefaults } from '../config.ts';

const longMs = 600_000;
const { transport, planning, connections, webSocket } = routerDefaults;

/**
 * The router's defaults, but that nothing ends because the machine is slow: neither a call nor a plan nor a connection on
 * which a test keeps still. A test of a limit sets that limit.
 */
export const patientConfig: RouterConfig = {
  ...routerDefaults,
  requestTimeoutMs: longMs,
  transport: { ...transport, timeoutMs: longMs },
  planning: { ...planning, timeLimitMs: longMs, waitMs: longMs },
  connections: { ...connections, heartbeatMs: longMs },
  webSocket: { ...webSocket, initTimeoutMs: longMs, keepAliveMs: longMs },
};

/** The same for a router that is a process of its own. */
export const patientEnvironment: Readonly<Record<string, string>> = {
  REQUEST_TIMEOUT_MS: '600000',
  SUBGRAPH_TIMEOUT_MS: '600000',
  PLANNING_TIME_LIMIT_MS: '60000',
  PLANNING_WAIT_MS: '600000',
  HEARTBEAT_MS: '600000',
  WS_INIT_TIMEOUT_MS: '600000',
};
