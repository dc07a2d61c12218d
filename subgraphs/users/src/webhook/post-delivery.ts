import { partnerEventId } from '../partner/partner-event.rules.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';
import type { Posting } from './post-events.ts';
import type { SecretBox } from './secret.ts';
import type { Attempt } from './sender.ts';
import { signedHeaders } from './sign.ts';

/**
 * Signs a delivery and posts it once. One that cannot be signed, because its secret was sealed with another key than ours,
 * is a failed attempt: it is tried again in case the key comes back, and the endpoint is disabled if it does not.
 */
export async function postDelivery(
  { box, sender, now, logger }: Pick<Posting, 'box' | 'sender' | 'now' | 'logger'>,
  delivery: ClaimedDelivery,
): Promise<Attempt> {
  const { eventId, endpointId, url, body } = delivery;
  const secrets = secretsOf(box, delivery, now());
  if (!secrets) {
    logger.error({ endpointId }, 'could not open the secret of a webhook: was WEBHOOK_SECRET_KEY changed?');
    return { status: null, error: 'The signing secret could not be read; rotate it to go on' };
  }
  const headers = signedHeaders({ id: partnerEventId(eventId), body }, secrets, now());
  return sender.post({ url, headers, body });
}

/**
 * The secrets to sign with: the current one first, and the former one while both count; null when the current one cannot be
 * opened. A former one that cannot is left out: rotating has to help.
 */
function secretsOf(box: SecretBox, delivery: ClaimedDelivery, now: Date): string[] | null {
  const { endpointId, secret, previousSecret, previousSecretUntil } = delivery;
  const current = opened(box, secret, endpointId);
  if (current === null) return null;
  const isOverlap = previousSecret && previousSecretUntil && previousSecretUntil > now;
  const former = isOverlap ? opened(box, previousSecret, endpointId) : null;
  return former === null ? [current] : [current, former];
}

function opened(box: SecretBox, sealed: Uint8Array, owner: string): string | null {
  try {
    return box.open(sealed, owner);
  } catch {
    return null;
  }
}
