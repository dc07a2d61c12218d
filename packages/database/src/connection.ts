import { redactUrl } from '@meridian/kernel/config';
import pg from 'pg';
import { DatabaseSetupError, errorCode, messageOf } from './setup-error.ts';

/** Runs `use` on one connection and closes it. @throws DatabaseSetupError when it cannot be opened. */
export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A session that the server ends fails the query under way; unheard, the event would end the process too.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw explainConnectionError(error, url);
  }
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** What to do about a server that does not let us in. The password is left out. */
export function explainConnectionError(error: unknown, url: string): DatabaseSetupError {
  const target = redactUrl(url);
  const explain: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there: is the server running, and are host and port right?',
    ENOTFOUND: 'the host name is not known.',
    EAI_AGAIN: 'the host name could not be looked up.',
    '28P01': 'the user or the password is wrong.',
    '28000': 'the server does not let this user in from here.',
    '3D000': 'there is no database of that name on the server: create it first.',
    '53300': 'the server has no connection left.',
    '57P03': 'the server is starting up or shutting down: try again in a moment.',
  };
  const code = errorCode(error);
  const reason = (code && explain[code]) ?? messageOf(error);
  return new DatabaseSetupError(`Cannot connect to the database ${target}: ${reason}`, { cause: error });
}
