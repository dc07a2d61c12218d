import type { IncomingMessage } from 'node:http';
import type { RouterMetrics } from '../../telemetry/metrics.ts';
import { clientAddress, networkOf } from './client-address.ts';
import { connectionLimits, type Place, type TooMany } from './connection-limits.ts';
import type { ConnectionPolicy } from './policy.ts';

export type ClientPlaces = {
  /** Counts a connection that streams, by where its request comes from. */
  open(request: Pick<IncomingMessage, 'headers' | 'socket'>): Place | TooMany;
};

/** The connections of all doors that stream, counted together. */
export function clientPlaces(
  policy: ConnectionPolicy,
  { connectionsRefused }: Pick<RouterMetrics, 'connectionsRefused'>,
): ClientPlaces {
  const addressOf = clientAddress(policy.trustedProxies);
  const limits = connectionLimits(policy, (why) => connectionsRefused.inc({ why }));
  return { open: (request) => limits.open(networkOf(addressOf(request))) };
}
