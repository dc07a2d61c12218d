import { readFile } from 'node:fs/promises';
import type { Supergraph } from './router.ts';
import { httpTransports } from './transport/http-transports.ts';
import type { TransportPolicy } from './transport/policy.ts';

export class SupergraphFileError extends Error {
  override name = 'SupergraphFileError';
}

/**
 * Reads a supergraph whose subgraphs are reached over HTTP, anew with every call.
 * The function throws what `readSupergraph` does, and RoutingUrlError.
 */
export function supergraphLoader(
  file: string,
  subgraphUrls: Readonly<Record<string, string>>,
  policy: TransportPolicy,
): () => Promise<Supergraph> {
  const transportsFor = httpTransports(subgraphUrls, policy);
  return async () => {
    const supergraphSdl = await readSupergraph(file);
    return { supergraphSdl, transports: transportsFor(supergraphSdl) };
  };
}

/**
 * The SDL of a supergraph: what the file says when it is GraphQL, what it composes to when it is YAML.
 * @throws SupergraphFileError when it cannot be read, or what composition says when it does not compose.
 */
async function readSupergraph(file: string): Promise<string> {
  if (/\.ya?ml$/i.test(file)) {
    await read(file);
    const { composeFromConfig } = await import('./supergraph/compose.ts');
    return (await composeFromConfig(file)).sdl;
  }
  const sdl = await read(file);
  if (!sdl.includes('join__Graph'))
    throw new SupergraphFileError(
      `${file} is not a supergraph: it has no join__Graph. Give a composed supergraph, or a supergraph.yaml.`,
    );
  return sdl;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${String(code)})`;
    throw new SupergraphFileError(`${file}: ${why}. Give --supergraph FILE or set SUPERGRAPH.`);
  }
}
