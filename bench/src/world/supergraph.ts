import { composeServices } from '@apollo/composition';
import { world } from './subgraphs.ts';

/** The supergraph of the world's subgraphs, at these URLs. @throws what composition says. */
export function worldSupergraph(urls: Readonly<Record<string, string>>): string {
  const services = Object.entries(world).map(([name, { typeDefs }]) => ({
    name,
    typeDefs,
    url: urls[name] ?? 'http://127.0.0.1:1/graphql',
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
