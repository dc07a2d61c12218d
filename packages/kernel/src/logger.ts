import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Where a person's data or a secret could stand in what we log. */
const redacted = [
  'req.headers.authorization',
  'req.headers.cookie',
  'headers.authorization',
  'headers.cookie',
  'headers["x-meridian-viewer"]',
  'variables',
];

/** JSON lines on standard output, `program` on each. Variables and credentials never reach a log. */
export const createLogger = (
  program: string,
  level: string = 'info',
  destination: DestinationStream = pino.destination(1),
): Logger => pino({ name: program, level, redact: { paths: redacted, censor: '(hidden)' } }, destination);
