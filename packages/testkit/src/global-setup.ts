import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withClient } from '@meridian/database/connection';
import { deployBus, deploySchemas, findSubgraphSchemas } from '@meridian/database/deploy';
import { subgraphUrl, withDatabase } from '@meridian/database/subgraph-url';
import { startThrowAwayPostgres, type ThrowAwayPostgres } from '@meridian/database/throw-away-postgres';
import type { TestProject } from 'vitest/node';
import { config } from './config.ts';
import './provided-context.ts';

const root = resolve(fileURLToPath(import.meta.url), '../../../..');

/** Runs once before the tests of a project that needs a database: one server, one migrated template. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openServer();
  const template = `meridian_template_${process.pid}_${Date.now().toString(36)}`;
  const teardown = async () => {
    await withClient(server.url, (client) =>
      client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`),
    ).finally(() => server.stop());
  };
  try {
    await withClient(server.url, (client) => client.query(`CREATE DATABASE ${template}`));
    const templateUrl = withDatabase(server.url, template);
    const subgraphs = findSubgraphSchemas(root).map((schema) => ({
      ...schema,
      url: subgraphUrl(templateUrl, schema.name),
    }));
    await deploySchemas(templateUrl, subgraphs);
    await deployBus(templateUrl, subgraphUrl(templateUrl, 'bus'));
    project.provide('testDatabases', {
      adminUrl: server.url,
      template,
      schemas: [...subgraphs.map(({ name }) => name), 'bus'],
    });
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function openServer(): Promise<ThrowAwayPostgres> {
  const { TEST_DATABASE_URL: url } = config;
  return url === undefined ? startThrowAwayPostgres() : { url, stop: async () => {} };
}
