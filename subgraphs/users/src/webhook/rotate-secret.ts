import { invalidInput } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { RotateWebhookSecretInput } from '../generated/graphql.ts';
import type { MembershipRow } from '../organisation/organisation.loaders.ts';
import { changeWebhook } from './change-webhook.ts';
import { newSecret } from './secret.ts';

const longestOverlapHours = 7 * 24;

/** A new secret; for `overlapHours` deliveries carry a signature by the former one, too. One that was older is forgotten. */
export function rotateSecret(
  context: Pick<Context, 'db' | 'webhooks' | 'now'>,
  viewer: Viewer,
  membership: MembershipRow,
  input: RotateWebhookSecretInput,
) {
  const { endpointId, overlapHours } = input;
  const request = { operation: 'rotateWebhookSecret', input };
  return changeWebhook(context, viewer, membership, request, async (tx, { secret, secretVersion }) => {
    if (overlapHours < 0 || overlapHours > longestOverlapHours)
      return { userErrors: [invalidInput(`From 0 to ${longestOverlapHours} hours`, 'overlapHours')] };
    const until = new Date(context.now().getTime() + overlapHours * 3_600_000);
    const next = secretVersion + 1;
    await tx.webhookEndpoint.update({
      where: { id: endpointId },
      data: {
        secret: context.webhooks.box.seal(newSecret(), endpointId),
        secretVersion: next,
        previousSecret: overlapHours > 0 ? secret : null,
        previousSecretUntil: overlapHours > 0 ? until : null,
      },
    });
    return { endpointId, secretVersion: next, userErrors: [] };
  });
}
