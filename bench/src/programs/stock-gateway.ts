// ApolloServer in front of `@apollo/gateway` as it comes, or with undici for its HTTP client.
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { fetch } from 'undici';

const [port, supergraph = '', client] = process.argv.slice(2);
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(supergraph, 'utf8'),
  ...(client === 'undici' && {
    buildService: ({ url }) =>
      new RemoteGraphQLDataSource({ url: url ?? '', fetcher: fetch as RemoteGraphQLDataSource['fetcher'] }),
  }),
});
await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { host: '127.0.0.1', port: Number(port) },
});
