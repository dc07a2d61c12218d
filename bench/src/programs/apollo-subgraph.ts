// A subgraph as the documentation of Apollo has it: ApolloServer around `buildSubgraphSchema`.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { worldSubgraph } from '../world/subgraphs.ts';

const [port, name] = process.argv.slice(2);
const { typeDefs, resolvers } = worldSubgraph(name);
const schema = buildSubgraphSchema([
  { typeDefs, resolvers: resolvers as Record<string, Record<string, never>> },
]);
await startStandaloneServer(new ApolloServer({ schema }), {
  listen: { host: '127.0.0.1', port: Number(port) },
});
