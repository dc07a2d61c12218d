import { type Once, once } from '@meridian/kernel/idempotency';
import { type UserErrorData, unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { WebhookEndpointModel } from '../generated/prisma/models.ts';
import type { MembershipRow } from '../organisation/organisation.loaders.ts';

/** Where processes that post events hear that there may be something to do. */
export const webhookChannel = 'users_webhooks';

type Request = { operation: string; input: { endpointId: string; idempotencyKey: string } };
type Changed = { userErrors: UserErrorData[]; endpointId?: string; secretVersion?: number };

/**
 * Changes an endpoint of the viewer's organisation, which is locked before its deliveries are: whoever makes deliveries or
 * writes down a failure takes it first, too. Those that post are woken when it commits.
 */
export function changeWebhook(
  { db }: Pick<Context, 'db'>,
  viewer: Viewer,
  { organisationId }: MembershipRow,
  request: Request,
  change: (tx: Prisma.TransactionClient, endpoint: WebhookEndpointModel) => Promise<Changed>,
): Promise<Once<Changed>> {
  const { endpointId } = request.input;
  return db.$transaction((tx) =>
    once(tx, viewer, request, async () => {
      await tx.$queryRaw`SELECT FROM webhook_endpoints WHERE id = ${endpointId} FOR NO KEY UPDATE`;
      const endpoint = await tx.webhookEndpoint.findFirst({ where: { id: endpointId, organisationId } });
      if (!endpoint)
        return { userErrors: [unknownEntity(`There is no endpoint ${endpointId}`, 'endpointId')] };
      await tx.$executeRaw`SELECT pg_notify(${webhookChannel}, '')`;
      return change(tx, endpoint);
    }),
  );
}
