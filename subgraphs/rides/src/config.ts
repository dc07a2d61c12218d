import { settingsOrExit, subgraphSettings } from '@meridian/kernel/run-subgraph';
import { z } from 'zod';

/** Reads the settings of rides as a process of its own. */
export const readSettings = () =>
  settingsOrExit(
    {
      ...subgraphSettings,
      PORT: subgraphSettings.PORT.default(4004),
      ORDERS_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:4003/graphql'),
    },
    process.env,
  );
