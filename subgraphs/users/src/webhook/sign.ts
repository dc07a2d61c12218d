import { Webhook } from 'standardwebhooks';

/**
 * The headers that prove who sent `body` and when, by the Standard Webhooks specification: one signature for each secret,
 * so that receivers may change from one to the other in their own time.
 */
export function signedHeaders(
  { id, body }: { id: string; body: string },
  secrets: readonly string[],
  now: Date,
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}
