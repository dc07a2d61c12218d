import { settingsOrExit, subgraphSettings } from '@meridian/kernel/run-subgraph';

/** The settings of users as a process of its own. */
export const settings = settingsOrExit(
  { ...subgraphSettings, PORT: subgraphSettings.PORT.default(4001) },
  process.env,
);
