import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { SubgraphRequest, SubgraphTransport } from '@meridian/kernel/transport';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import { createEngine, type LocalOptions } from '../create-engine.ts';
import type {
  Engine,
  LocalEngine,
  PreparedSubscription,
  RequestContext,
  Result,
  Variables,
} from '../engine.ts';

type Resolvers = Record<string, Record<string, (...args: never[]) => unknown>>;

export type LocalSubgraph = {
  /** Links to all of the federation specification, unless it has a `@link` of its own. */
  sdl: string;
  resolvers?: Resolvers;
  /** Answers in the schema's place: what a subgraph that misbehaves sends. */
  answer?: (request: SubgraphRequest) => unknown;
  /** Written by an author of the first Federation, who links to nothing. */
  federation1?: boolean;
};

export type Call = { subgraph: string; query: string; variables: Record<string, unknown>; headers: object };

const imports = [
  ...['@authenticated', '@composeDirective', '@context', '@cost', '@extends', '@external', '@fromContext'],
  ...['@inaccessible', '@interfaceObject', '@key', '@listSize', '@override', '@policy', '@provides'],
  ...['@requires', '@requiresScopes', '@shareable', '@tag'],
];
const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(imports)})`;

export const context: RequestContext = { headers: { 'x-viewer': 'me' }, correlationId: 'test' };

/** Composes subgraphs that run in this process. @throws what composition says */
export function localSupergraph(subgraphs: Record<string, LocalSubgraph>) {
  const typeDefs = (name: string) => {
    const { sdl = '', federation1 } = subgraphs[name] ?? {};
    return parse(federation1 || sdl.includes('@link(') ? sdl : `${federation}\n${sdl}`);
  };
  const { supergraphSdl, errors } = composeServices(
    Object.keys(subgraphs).map((name) => ({ name, url: `http://${name}`, typeDefs: typeDefs(name) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));

  const calls: Call[] = [];
  const transports: Record<string, SubgraphTransport> = {};
  const schemas: Record<string, GraphQLSchema> = {};
  for (const [name, { resolvers = {}, answer }] of Object.entries(subgraphs)) {
    const schema = buildSubgraphSchema([{ typeDefs: typeDefs(name), resolvers: resolvers as never }]);
    schemas[name] = schema;
    transports[name] = {
      async execute(request) {
        const { query, variables = {}, headers } = request;
        // By the wire: objects are not shared between a subgraph and the router.
        const sent: Record<string, unknown> = JSON.parse(JSON.stringify(variables));
        calls.push({ subgraph: name, query, variables: sent, headers });
        if (answer) return answer(request) as never;
        const result = await graphql({ schema, source: query, variableValues: sent });
        return JSON.parse(JSON.stringify(result));
      },
      subscribe: () => {
        throw new Error('not used');
      },
      close: async () => {},
    };
  }
  return { sdl: supergraphSdl, transports, schemas, calls };
}

/** An engine on subgraphs that run in this process. */
export function localEngine(subgraphs: Record<string, LocalSubgraph>, options: Partial<LocalOptions> = {}) {
  const { sdl, transports, calls } = localSupergraph(subgraphs);
  const engine = createEngine({ supergraphSdl: sdl, transports, ...options });
  return {
    engine,
    /** Every call of a subgraph, in order. */
    calls,
    run: (query: string, variables?: Variables, operationName?: string) =>
      execute(engine, query, variables, operationName),
  };
}

/** Prepares and executes; what is refused comes back as a result without data. */
export async function execute(
  engine: Engine,
  query: string,
  variables?: Variables,
  operationName?: string,
): Promise<Result> {
  const prepared = await engine.prepare(query, operationName);
  if ('errors' in prepared) return { errors: prepared.errors };
  if (prepared.operation.kind === 'subscription') throw new Error('a subscription is not executed');
  return prepared.operation.execute(variables, context);
}

export function subscription(engine: LocalEngine, query: string): PreparedSubscription {
  const prepared = engine.prepare(query);
  if ('errors' in prepared) throw new Error(JSON.stringify(prepared.errors));
  if (prepared.operation.kind !== 'subscription') throw new Error('not a subscription');
  return prepared.operation;
}
