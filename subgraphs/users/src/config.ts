import { settingsOrExit, subgraphSettings } from '@meridian/kernel/run-subgraph';
import { webhookSettings } from './webhook/webhook.settings.ts';

/** Reads the settings of users as a process of its own. */
export const readSettings = () =>
  settingsOrExit(
    { ...subgraphSettings, PORT: subgraphSettings.PORT.default(4001), ...webhookSettings },
    process.env,
  );
