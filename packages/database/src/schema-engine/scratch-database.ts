import { randomUUID } from 'node:crypto';
import { withClient } from '../connection.ts';
import { createExtensions } from '../extensions.ts';
import { withDatabase } from '../subgraph-url.ts';

/** An empty database beside the one at `url`, with `schema` in it: Prisma's "shadow database". */
export async function createScratchDatabase(
  url: string,
  schema: string,
): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `meridian_scratch_${randomUUID().replaceAll('-', '')}`;
  const scratch = withDatabase(url, name);
  await withClient(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`));
  const drop = async () => {
    await withClient(url, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  try {
    await withClient(scratch, async (client) => {
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}`);
      await createExtensions(client);
    });
  } catch (error) {
    await drop();
    throw error;
  }
  return { url: scratch, drop };
}
