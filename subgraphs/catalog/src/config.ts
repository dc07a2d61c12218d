import { settingsOrExit, subgraphSettings } from '@meridian/kernel/run-subgraph';

/** The settings of the catalog as a process of its own. */
export const settings = settingsOrExit(
  { ...subgraphSettings, PORT: subgraphSettings.PORT.default(4002) },
  process.env,
);
