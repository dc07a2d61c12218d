import type { Result } from '../engine.ts';
import { takeOut, type Written } from '../written.ts';

/** What `executeText` gave, as the line that a client would get. */
export const textOf = (answer: Written | Result): string =>
  'bytes' in answer ? String(takeOut(answer)) : `${JSON.stringify(answer)}\n`;
