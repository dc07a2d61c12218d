import type { Context } from '../context.ts';
import type { WebhookSecretOutcome } from './webhook.outcome.ts';

/** The secret that a request made; null when it made none, or when it was rotated away since. */
export async function currentSecret(
  { db, webhooks }: Pick<Context, 'db' | 'webhooks'>,
  { endpointId, secretVersion }: Pick<WebhookSecretOutcome, 'endpointId' | 'secretVersion'>,
): Promise<string | null> {
  if (endpointId === undefined || secretVersion === undefined) return null;
  const found = await db.webhookEndpoint.findFirst({
    where: { id: endpointId, secretVersion },
    select: { secret: true },
  });
  return found && webhooks.box.open(found.secret, endpointId);
}
