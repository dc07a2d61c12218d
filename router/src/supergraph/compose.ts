import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';
import { readSubgraphs, type SubgraphSource } from './subgraph-list.ts';

export type ComposedSupergraph = {
  sdl: string;
  subgraphs: { name: string; url: string }[];
};

/** The schemas do not make a supergraph; the message has a line for each reason, with file, line and column. */
export class CompositionError extends Error {
  override name = 'CompositionError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The supergraph does not compose:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Composes what a `supergraph.yaml` lists.
 * @throws SupergraphConfigError, CompositionError
 */
export async function composeFromConfig(file: string): Promise<ComposedSupergraph> {
  return composeSubgraphs(await readSubgraphs(file));
}

/** @throws CompositionError */
export async function composeSubgraphs(sources: readonly SubgraphSource[]): Promise<ComposedSupergraph> {
  const parsed = sources.map(parseSource);
  const problems = parsed.flatMap((one) => ('problem' in one ? [one.problem] : []));
  if (problems.length > 0) throw new CompositionError(problems);

  // Composition takes a third of a second to load, which a router that is given a composed supergraph need not spend.
  const { composeServices } = await import('@apollo/composition');
  const { supergraphSdl, errors } = composeServices(
    parsed.flatMap((one) => ('typeDefs' in one ? [one] : [])),
  );
  if (errors) throw new CompositionError(errors.map(describe));
  if (supergraphSdl === undefined) throw new CompositionError(['composition gave no supergraph']);
  return { sdl: supergraphSdl, subgraphs: sources.map(({ name, url }) => ({ name, url })) };
}

type Parsed = { name: string; url: string; typeDefs: DocumentNode };

function parseSource({ name, url, sdl, file }: SubgraphSource): Parsed | { problem: string } {
  try {
    return { name, url, typeDefs: parse(new Source(sdl, file)) };
  } catch (error) {
    if (error instanceof GraphQLError) return { problem: describe(error) };
    throw error;
  }
}

/** `file:line:column: [CODE] message`, as editors and terminals understand it. Some errors concern no place. */
function describe({ message, source, locations, nodes, extensions }: GraphQLError): string {
  const node = nodes?.find(({ loc }) => loc?.source.name.includes('/') || loc?.source.name.includes('#'));
  const file = node?.loc?.source.name ?? source?.name;
  const { line, column } = node?.loc?.startToken ?? locations?.[0] ?? {};
  const code = typeof extensions['code'] === 'string' ? `[${extensions['code']}] ` : '';
  return file !== undefined && line !== undefined
    ? `${file}:${line}:${column}: ${code}${message}`
    : `${code}${message}`;
}
