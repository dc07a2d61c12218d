import { settingsOrExit, subgraphSettings } from '@meridian/kernel/run-subgraph';
import { z } from 'zod';

/** Reads the settings of orders as a process of its own. */
export const readSettings = () =>
  settingsOrExit(
    {
      ...subgraphSettings,
      PORT: subgraphSettings.PORT.default(4003),
      CATALOG_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:4002/graphql'),
    },
    process.env,
  );
