import 'vitest';

/** What the global setup hands to test files. */
export type TestDatabases = {
  /** Login URL of the administrator of the server that tests run on. */
  adminUrl: string;
  /** The migrated database that test files clone. */
  template: string;
  /** The schemas that are in it, each with a role: those of the subgraphs, and the bus's. */
  schemas: string[];
};

declare module 'vitest' {
  interface ProvidedContext {
    testDatabases: TestDatabases;
  }
}
