import { z } from 'zod';

/** The value of a record: a message as JSON. */
export const wire = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('no JSON');
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      id: z.string(),
      source: z.string(),
      type: z.string(),
      key: z.string(),
      data: z.unknown(),
      at: z.iso.datetime().transform((time) => new Date(time)),
    }),
  );
