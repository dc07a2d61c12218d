import { pageOf } from '@meridian/kernel/pagination';
import { requireViewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { partnerScope } from '../organisation/organisation.rules.ts';
import { requireAdmin, requireMember } from '../organisation/require-member.ts';
import { partnerEventId } from '../partner/partner-event.rules.ts';
import { createWebhook } from './create-webhook.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { replayWebhook } from './replay-webhook.ts';
import { rotateSecret } from './rotate-secret.ts';
import { currentSecret } from './show-secret.ts';
import { updateWebhook } from './update-webhook.ts';
import { pageById, type WebhookRow } from './webhook.loaders.ts';

const allStatuses = ['PENDING', 'DELIVERED', 'FAILED'] as const;

/** The endpoint, for members of its organisation. @returns null for others, and where there is none */
export async function visibleWebhook(
  { viewer, loaders }: Pick<Context, 'viewer' | 'loaders'>,
  id: string,
): Promise<WebhookRow | null> {
  if (!viewer?.scopes.has(partnerScope)) return null;
  const [membership, webhook] = await Promise.all([
    loaders.membershipOfUser.load(viewer.id),
    loaders.webhook.load(id),
  ]);
  return webhook && membership?.organisationId === webhook.organisationId ? webhook : null;
}

/** Anew: an earlier mutation of the same operation may have read it as it was then. */
function changedWebhook({ endpointId }: { endpointId?: string }, context: Context) {
  if (!endpointId) return null;
  context.loaders.webhook.clear(endpointId);
  return visibleWebhook(context, endpointId);
}

/** Where events are posted to. */
export const webhookResolvers = {
  Query: {
    webhookEndpoints: async (_, _args, context) => {
      const { organisationId } = await requireMember(context);
      return context.loaders.webhooksOfOrganisation.load(organisationId);
    },
  },
  Mutation: {
    createWebhookEndpoint: async (_, { input }, context) =>
      createWebhook(context, requireViewer(context), await requireAdmin(context), input),
    updateWebhookEndpoint: async (_, { input }, context) =>
      updateWebhook(context, requireViewer(context), await requireAdmin(context), input),
    rotateWebhookSecret: async (_, { input }, context) =>
      rotateSecret(context, requireViewer(context), await requireAdmin(context), input),
    deleteWebhookEndpoint: async (_, { input }, context) =>
      deleteWebhook(context, requireViewer(context), await requireAdmin(context), input),
    replayWebhook: async (_, { input }, context) =>
      replayWebhook(context, requireViewer(context), await requireAdmin(context), input),
  },
  WebhookEndpoint: {
    __resolveReference: ({ id }, context) => visibleWebhook(context, id),
    enabled: ({ disabledAt }) => disabledAt === null,
    deliveries: async ({ id }, { status, ...args }, { loaders }) => {
      const page = { ...pageOf(args, 1), status: status ?? allStatuses };
      return pageById(await loaders.deliveriesOfWebhook(id, page), page);
    },
  },
  WebhookDelivery: {
    id: ({ id }) => String(id),
    eventId: ({ eventId }) => partnerEventId(eventId),
    cursor: ({ eventXid, eventId }, _, { partnerLog }) =>
      partnerLog.cursorOf({ xid: BigInt(eventXid), id: eventId }),
    nextAttemptAt: ({ status, dueAt }) => (status === 'PENDING' ? dueAt : null),
    attemptLog: async ({ id }, args, { loaders }) => {
      const page = pageOf(args, 1);
      return pageById(await loaders.attemptsOfDelivery(String(id), page), page);
    },
  },
  WebhookEndpointPayload: { webhookEndpoint: (outcome, _, context) => changedWebhook(outcome, context) },
  WebhookSecretPayload: {
    webhookEndpoint: (outcome, _, context) => changedWebhook(outcome, context),
    secret: (outcome, _, context) => currentSecret(context, outcome),
  },
} satisfies Resolvers;
