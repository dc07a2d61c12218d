import { readConfig } from '@meridian/kernel/config';
import { z } from 'zod';

const settings = readConfig(
  {
    PROPERTY_RUNS: z.coerce.number().int().positive().default(1_300),
  },
  process.env,
);

/** How many cases a property test tries; all together more than 10,000. More find more. */
export const propertyRuns = settings.PROPERTY_RUNS;
