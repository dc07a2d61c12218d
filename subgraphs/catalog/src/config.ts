import { settingsOrExit, subgraphSettings } from '@meridian/kernel/run-subgraph';

/** Reads the settings of the catalog as a process of its own. */
export const readSettings = () =>
  settingsOrExit({ ...subgraphSettings, PORT: subgraphSettings.PORT.default(4002) }, process.env);
