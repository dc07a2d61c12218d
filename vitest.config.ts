import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './packages/testkit/src/summary-reporter.ts';

const folders = ['packages', 'subgraphs', 'router', 'e2e', 'bench', 'scripts'];
const testsNamed = (ending: string, within = folders) =>
  within.map((folder) => `${folder}/**/*.${ending}.ts`);
const exclude = ['**/node_modules/**', '**/generated/**', '**/.data/**'];
const globalSetup = ['packages/testkit/src/global-setup.ts'];

/** A busy machine is not a broken test: longer than `eventually` waits, so that it can say what did not come true. */
const patienceMs = 180_000;

export default defineConfig({
  resolve: {
    // One graphql for our source and for the CommonJS packages beside it: instances do not mix.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    env: { APOLLO_TELEMETRY_DISABLED: '1' },
    reporters: ['default', new SummaryReporter()],
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: testsNamed('test', ['packages', 'subgraphs', 'router', 'bench', 'scripts']),
          exclude: [...exclude, '**/*.db.test.ts'],
          testTimeout: patienceMs,
          hookTimeout: patienceMs,
        },
      },
      {
        extends: true,
        test: {
          name: 'db',
          include: testsNamed('db.test'),
          exclude,
          globalSetup,
          testTimeout: patienceMs,
          hookTimeout: patienceMs,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: testsNamed('test', ['e2e']),
          exclude: [...exclude, '**/*.db.test.ts'],
          globalSetup,
          testTimeout: 2 * patienceMs,
          hookTimeout: 2 * patienceMs,
        },
      },
    ],
  },
});
