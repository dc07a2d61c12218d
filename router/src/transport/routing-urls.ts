import { type ConstArgumentNode, Kind, parse } from 'graphql';

export class UnknownSubgraphError extends Error {
  override name = 'UnknownSubgraphError';
}

/**
 * Where the supergraph says its subgraphs are (`@join__graph(name:, url:)` on the values of `join__Graph`), by name,
 * with some of them said otherwise by the operator.
 * @throws GraphQLError for an SDL that does not parse, UnknownSubgraphError for a name that the supergraph lacks.
 */
export function routingUrls(
  supergraphSdl: string,
  instead: Readonly<Record<string, string>> = {},
): Map<string, string> {
  const urls = new Map<string, string>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { directives = [] } of definition.values ?? []) {
      const given = directives.find(({ name }) => name.value === 'join__graph')?.arguments ?? [];
      const name = text(given, 'name');
      if (name !== undefined) urls.set(name, text(given, 'url') ?? '');
    }
  }
  requireNames('SUBGRAPH_URLS', instead, urls);
  for (const [name, url] of Object.entries(instead)) urls.set(name, url);
  return urls;
}

/** @throws UnknownSubgraphError for a setting by subgraph that names one which the supergraph lacks */
export function requireNames(
  setting: string,
  byName: Readonly<Record<string, unknown>>,
  subgraphs: ReadonlyMap<string, unknown>,
): void {
  for (const name of Object.keys(byName))
    if (!subgraphs.has(name))
      throw new UnknownSubgraphError(
        `${setting} names the subgraph \`${name}\`; the supergraph has ${[...subgraphs.keys()].join(', ')}`,
      );
}

const text = (given: readonly ConstArgumentNode[], name: string): string | undefined => {
  const value = given.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
};
