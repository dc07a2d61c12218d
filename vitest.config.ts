import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // One graphql for our source and for the CommonJS packages that we test with: instances do not mix.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '.data/**'],
    env: { APOLLO_TELEMETRY_DISABLED: '1' },
  },
});
