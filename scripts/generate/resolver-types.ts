import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { fingerprint, unlessStamped } from './stamp.ts';

const require = createRequire(import.meta.url);
const packages = ['core', 'typescript', 'typescript-resolvers'].map((name) => `@graphql-codegen/${name}`);

/** `codegen.json` of a subgraph: what its resolvers get as parents, and scalars that are not graphql-scalars' own. */
const settings = z.strictObject({
  mappers: z.record(z.string(), z.string()).default({}),
  scalars: z.record(z.string(), z.string()).default({}),
});

/** Writes the types of a subgraph's resolvers into `src/generated/graphql.ts`. @throws when the schema is not valid */
export function generateResolverTypes(subgraph: string): Promise<boolean> {
  const schema = path.join(subgraph, 'schema.graphql');
  const configuration = path.join(subgraph, 'codegen.json');
  const output = path.join(subgraph, 'src/generated/graphql.ts');
  const versions = packages.map((name) => require(`${name}/package.json`).version);
  const stamp = fingerprint([schema, configuration], versions);
  return unlessStamped(path.join(subgraph, 'src/generated/graphql.stamp'), stamp, async () => {
    const { mappers, scalars } = settings.parse(
      existsSync(configuration) ? JSON.parse(readFileSync(configuration, 'utf8')) : {},
    );
    const text = await resolverTypes(schema, output, mappers, scalars).catch((error: unknown) => {
      throw new Error(`${schema}: ${error instanceof Error ? error.message : error}`, { cause: error });
    });
    mkdirSync(path.dirname(output), { recursive: true });
    writeFileSync(`${output}.new`, text);
    renameSync(`${output}.new`, output);
  });
}

/** The generator is loaded only when there is something to generate: it takes half a second. */
async function resolverTypes(
  schemaFile: string,
  filename: string,
  mappers: Record<string, string>,
  scalars: Record<string, string>,
): Promise<string> {
  const { codegen } = await import('@graphql-codegen/core');
  const typescript = await import('@graphql-codegen/typescript');
  const resolvers = await import('@graphql-codegen/typescript-resolvers');
  const { parse } = await import('graphql');
  return codegen({
    filename,
    schema: parse(readFileSync(schemaFile, 'utf8')),
    documents: [],
    pluginMap: { typescript, resolvers },
    plugins: [{ typescript: {} }, { resolvers: {} }],
    config: {
      federation: true,
      contextType: '../context.ts#Context',
      mappers,
      strictScalars: true,
      scalars: { ...(await knownScalars()), ...scalars },
      enumsAsTypes: true,
      useTypeImports: true,
      useIndexSignature: true,
      inputMaybeValue: 'T | null | undefined',
      importExtension: '',
      emitLegacyCommonJSImports: false,
    },
  });
}

/** What graphql-scalars says its scalars are in TypeScript. */
async function knownScalars(): Promise<Record<string, unknown>> {
  const { resolvers } = await import('graphql-scalars');
  const types = Object.entries(resolvers).map(([name, scalar]) => [
    name,
    scalar.extensions['codegenScalarType'],
  ]);
  return {
    ...Object.fromEntries(types.filter(([, type]) => type !== undefined)),
    ID: 'string',
    // Ours comes in as text (see the kernel's scalars).
    DateTime: { input: 'string', output: 'Date | string' },
    _Any: 'unknown',
    _FieldSet: 'string',
  };
}
