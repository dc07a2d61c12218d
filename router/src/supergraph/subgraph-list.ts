import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

/** One subgraph of a `supergraph.yaml`, its schema read. */
export type SubgraphSource = {
  name: string;
  url: string;
  sdl: string;
  /** Where the schema is, for error messages: a path, or a place inside of the YAML file. */
  file: string;
};

/** The YAML file, or a schema file that it names, is not what it should be. The message says which and why. */
export class SupergraphConfigError extends Error {
  override name = 'SupergraphConfigError';
}

const subgraph = z.object({
  routing_url: z.string().optional(),
  schema: z.union([z.object({ file: z.string() }), z.object({ sdl: z.string() })], {
    error: 'needs `file` or `sdl`',
  }),
});

const supergraphConfig = z.object({
  federation_version: z
    .union([z.string(), z.number()])
    .refine((version) => /^=?2(\.|$)/.test(String(version)), 'is not a version of Federation 2')
    .optional(),
  subgraphs: z
    .record(z.string().min(1), subgraph)
    .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'names no subgraph'),
});

/**
 * Reads a file in the format of `rover supergraph compose`. Schema files are found from where the YAML file is.
 * @throws SupergraphConfigError
 */
export async function readSubgraphs(file: string): Promise<SubgraphSource[]> {
  const { subgraphs } = parseConfig(await readText(file, 'the supergraph configuration'), file);
  return Promise.all(
    Object.entries(subgraphs).map(async ([name, { routing_url: url = '', schema }]) => {
      if ('sdl' in schema) return { name, url, sdl: schema.sdl, file: `${file}#${name}` };
      const schemaFile = resolve(dirname(file), schema.file);
      return {
        name,
        url,
        sdl: await readText(schemaFile, `the schema of subgraph "${name}"`),
        file: schemaFile,
      };
    }),
  );
}

function parseConfig(text: string, file: string): z.infer<typeof supergraphConfig> {
  const { data, error } = supergraphConfig.safeParse(parseYaml(text, file));
  if (data) return data;
  const problems = error.issues.map(({ path, message }) => `  ${path.join('.') || 'the file'}: ${message}`);
  throw new SupergraphConfigError(`${file} is no supergraph configuration:\n${problems.join('\n')}`);
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof YAMLParseError) throw new SupergraphConfigError(`${file}: ${error.message}`);
    throw error;
  }
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new SupergraphConfigError(`${file}, ${what}: ${why}`);
  }
}
