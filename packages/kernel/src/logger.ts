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

/** What is worth keeping of an error. Libraries hang whole connections on theirs. */
const serializeError = (error: unknown): object =>
  error instanceof Error
    ? {
        type: error.name,
        message: error.message,
        stack: error.stack,
        ...('code' in error && typeof error.code === 'string' && { code: error.code }),
      }
    : { message: String(error) };

/** JSON lines on standard output, `program` on each. Variables and credentials never reach a log. */
export const createLogger = (
  program: string,
  level: string = 'info',
  destination: DestinationStream = pino.destination(1),
): Logger =>
  pino(
    {
      name: program,
      level,
      redact: { paths: redacted, censor: '(hidden)' },
      serializers: { err: serializeError },
    },
    destination,
  );
