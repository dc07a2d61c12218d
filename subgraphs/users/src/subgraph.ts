import { readFileSync } from 'node:fs';
import { openResources } from '@meridian/kernel/resources';
import type { SubgraphDependencies } from '@meridian/kernel/run-subgraph';
import { createSubgraph, type Subgraph } from '@meridian/kernel/subgraph';
import { viewerVerifier } from '@meridian/kernel/viewer-token';
import { parse } from 'graphql';
import type { Context } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createLoaders } from './loaders.ts';
import { consumerName, hearEvent, hears } from './partner/hear-events.ts';
import { resolvers } from './resolvers.ts';
import { cachedRows, invalidateRows } from './rows.ts';
import { webhookChannel } from './webhook/change-webhook.ts';
import { type Poster, startPosting } from './webhook/post-events.ts';
import { secretBox } from './webhook/secret.ts';
import { openSender, type Sender } from './webhook/sender.ts';
import type { WebhookOptions } from './webhook/webhook.settings.ts';

const typeDefs = parse(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));

export type UsersDependencies = SubgraphDependencies & {
  /** @default https to public addresses only */
  webhooks?: WebhookOptions;
  /** Posts to webhooks; closed when users stops. @default over HTTP */
  sender?: Sender;
};

const partnerTable = 'partner_events';
const strict: WebhookOptions = { secretKey: null, allowHttp: false, allowPrivate: false };

/** Builds users over its Postgres schema, and begins to tell partners what it hears. */
export async function createUsers(dependencies: UsersDependencies): Promise<Subgraph> {
  const { viewerSecret, logger, metrics, now = () => new Date(), webhooks = strict } = dependencies;
  const resources = await openResources({
    ...dependencies,
    schema: 'users',
    logs: [partnerTable],
    onEvent: (cache) => {
      const rows = cachedRows(cache);
      return (event) => invalidateRows(rows, event);
    },
  });
  const { database, cache } = resources;
  const { pool } = database;
  const db = new PrismaClient(database.prisma);
  const rows = cachedRows(cache);
  const newLoaders = () => createLoaders(pool, rows);
  const box = secretBox(webhooks.secretKey ?? viewerSecret);

  let poster: Poster | null = null;
  const partnerLog = await resources.openLog({
    table: partnerTable,
    columns: ['organisation_id'],
    before: async () => poster?.wake(),
  });
  await resources.listen(webhookChannel, () => poster?.wake());
  const hearing = await resources.consume({
    name: consumerName,
    hears,
    handle: (message) => hearEvent({ db }, message),
  });
  const sender = dependencies.sender ?? openSender(webhooks);
  const posting = startPosting({ db, pool, partnerLog, now, logger, metrics, box, sender });
  poster = posting;

  return createSubgraph<Context>({
    name: 'users',
    typeDefs,
    resolvers,
    verifyViewer: viewerVerifier(viewerSecret),
    createContext: ({ viewer }) => ({
      viewer,
      db,
      pool,
      rows,
      partnerLog,
      webhooks: { ...webhooks, box },
      now,
      logger,
      loaders: newLoaders(),
      newLoaders,
    }),
    ready: async () => {
      await pool.query('SELECT 1');
    },
    stop: async () => {
      await hearing.stop();
      await posting.stop();
      await db.$disconnect();
      await resources.close();
    },
  });
}
