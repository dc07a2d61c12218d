import { DatabaseSetupError, errorCode, messageOf } from '../setup-error.ts';

const known: readonly (readonly [sign: RegExp, what: (dataDir: string) => string])[] = [
  [
    /No space left on device|ENOSPC/i,
    (dataDir) => `The disk that holds ${dataDir} is full: free some space and start again.`,
  ],
  [
    /Permission denied|EACCES|EROFS/i,
    (dataDir) => `PostgreSQL may not use ${dataDir}, or a program of it may not be run there.`,
  ],
  [
    /could not create shared memory|could not resize shared memory/i,
    () => 'The machine has too little shared memory left for PostgreSQL.',
  ],
  [
    /ENOENT/,
    () =>
      'The embedded PostgreSQL cannot run here: it needs a Linux with glibc. Set DATABASE_URL to a server of your own.',
  ],
];

/** Says what a failed initdb or postgres complained of, and its own last words. */
export function explainServerOutput(error: unknown, output: string, dataDir: string): DatabaseSetupError {
  const lines = output.trim().split('\n').slice(-6);
  const said = output.trim() ? lines.map((line) => `  ${line}`).join('\n') : `  ${messageOf(error)}`;
  const explanation = known.find(([sign]) => sign.test(`${output}\n${messageOf(error)}`))?.[1](dataDir);
  return new DatabaseSetupError(
    `${explanation ?? `PostgreSQL did not start in ${dataDir}.`} It said:\n${said}`,
    { cause: error },
  );
}

/** The same for a file of ours that could not be written; any other error as it is. */
export function explainFileError(error: unknown, dataDir: string): unknown {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS'
    ? explainServerOutput(error, '', dataDir)
    : error;
}
