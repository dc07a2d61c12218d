import { typeOfId } from '@meridian/kernel/ids';
import type { Context } from '../context.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { visibleOrganisation } from '../organisation/organisation.resolvers.ts';
import { visibleWebhook } from '../webhook/webhook.resolvers.ts';
import { type NodeRef, typeOfPrefix } from './node.rules.ts';

type Reading = Pick<Context, 'viewer' | 'loaders'>;

/** How the entities that are ours are read; others are but named. */
const ours = {
  User: ({ loaders }: Reading, id: string) => loaders.user.load(id),
  Organisation: visibleOrganisation,
  WebhookEndpoint: visibleWebhook,
};
const isOurs = (type: string): type is keyof typeof ours => Object.hasOwn(ours, type);

/** What an id names, as far as we know it; null when that is nothing, or nothing that this viewer may see. */
export async function visibleNode(context: Reading, id: string): Promise<NodeRef | null> {
  const __typename = typeOfPrefix(typeOfId(id));
  if (__typename === null || !isOurs(__typename)) return __typename && { __typename, id };
  const row = await ours[__typename](context, id);
  return row && { __typename, ...row };
}

/** Anything in the graph, by its id. */
export const nodeResolvers = {
  Query: { node: (_, { id }, context) => visibleNode(context, id) },
  Node: { __resolveType: ({ __typename }) => __typename },
} satisfies Resolvers;
