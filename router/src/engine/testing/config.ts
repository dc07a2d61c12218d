import { readConfig } from '@meridian/kernel/config';
import { z } from 'zod';

const settings = readConfig({ PROPERTY_RUNS: z.coerce.number().int().positive().default(600) }, process.env);

/** How many cases a property test tries. More find more, `PROPERTY_RUNS=20000` takes a few minutes. */
export const propertyRuns = settings.PROPERTY_RUNS;
