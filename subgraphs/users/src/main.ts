import { runSubgraph } from '@meridian/kernel/run-subgraph';
import { readSettings } from './config.ts';
import { createUsers } from './subgraph.ts';
import { webhookOptions } from './webhook/webhook.settings.ts';

await runSubgraph({
  name: 'users',
  readSettings,
  create: (dependencies, settings) => createUsers({ ...dependencies, webhooks: webhookOptions(settings) }),
});
