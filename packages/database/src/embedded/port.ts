import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSetupError } from '../setup-error.ts';

const file = (dataDir: string) => join(dataDir, 'port');

/**
 * The port asked for; or else the one used last time, so that a URL noted down stays good; or else any free one.
 * @throws DatabaseSetupError when the port asked for is taken.
 */
export async function choosePort(dataDir: string, asked: number | undefined): Promise<number> {
  if (asked) {
    if (await freePort(asked)) return asked;
    throw new DatabaseSetupError(
      `Port ${asked} is taken by another program, so PostgreSQL cannot listen there. ` +
        'Stop that program or choose another port for the database.',
    );
  }
  const last = existsSync(file(dataDir)) ? Number(readFileSync(file(dataDir), 'utf8')) : 0;
  const port = (last > 0 && (await freePort(last))) || (await freePort(0));
  if (!port) throw new DatabaseSetupError('This machine has no free port on 127.0.0.1.');
  return port;
}

export const rememberPort = (dataDir: string, port: number): void =>
  writeFileSync(file(dataDir), String(port));

/** The port, when it can be listened on; for 0 one that the system picks. */
function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(Number.isInteger(port) && port < 65_536 ? port : 0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
