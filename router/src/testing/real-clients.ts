import {
  ApolloClient,
  type ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { CombinedProtocolErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';

type Operation = { query: string; variables?: Record<string, unknown> };
type Listener = {
  data(data: unknown): void;
  /** Codes of the errors of a result, or of what ended the stream. */
  errors(codes: unknown[]): void;
  extensions?(extensions: unknown): void;
  over(): void;
};

/** A client library as an application uses it. */
export type RealClient = {
  subscribe(operation: Operation, listener: Listener): () => void;
  /** The data of a query or mutation. */
  ask(operation: Operation): Promise<unknown>;
  stop(): Promise<void> | void;
};

type ClientOptions = { url: string; authorization?: string };

export const realClients: Record<string, (options: ClientOptions) => RealClient> = {
  'graphql-ws': ({ url, authorization }) => {
    const client = wsClient(url, authorization);
    return { ...rawClient(client), stop: () => client.dispose() };
  },
  'graphql-sse': ({ url, authorization }) => {
    const client = createSseClient({
      url: `${url}/graphql`,
      retryAttempts: 0,
      headers: authorizationHeader(authorization),
    });
    return { ...rawClient(client), stop: () => client.dispose() };
  },
  'Apollo Client by WebSocket': ({ url, authorization }) => {
    const client = wsClient(url, authorization);
    return apolloClient(new GraphQLWsLink(client), () => client.dispose());
  },
  'Apollo Client by multipart': ({ url, authorization }) =>
    apolloClient(
      new HttpLink({ uri: `${url}/graphql`, headers: authorizationHeader(authorization) }),
      () => {},
    ),
};

const authorizationHeader = (authorization?: string): Record<string, string> =>
  authorization === undefined ? {} : { authorization };

const wsClient = (url: string, authorization?: string) =>
  createWsClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: authorizationHeader(authorization),
  });

type Result = { data?: unknown; errors?: readonly unknown[] | null | undefined; extensions?: unknown };
type Sink = { next(result: Result): void; error(error: unknown): void; complete(): void };

function rawClient(client: {
  subscribe(operation: Operation, sink: Sink): () => void;
}): Omit<RealClient, 'stop'> {
  return {
    subscribe: (operation, { data, errors, extensions, over }) =>
      client.subscribe(operation, {
        next(result) {
          if (result.errors) errors(codesOf(result.errors));
          else if (result.extensions) extensions?.(result.extensions);
          else data(result.data);
        },
        error(error) {
          errors(codesOf(error));
          over();
        },
        complete: over,
      }),
    ask: (operation) =>
      new Promise((resolve, reject) => {
        let answer: Result = {};
        client.subscribe(operation, {
          next: (result) => {
            answer = result;
          },
          error: reject,
          complete: () => resolve(answer.data),
        });
      }),
  };
}

function apolloClient(link: ApolloLink, stop: RealClient['stop']): RealClient {
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return {
    subscribe({ query, variables = {} }, { data, errors, extensions, over }) {
      const subscription = client
        .subscribe({ query: gql(query), variables, fetchPolicy: 'no-cache' })
        .subscribe({
          next(result) {
            if (result.error) errors(codesOf(result.error));
            else if (result.extensions) extensions?.(result.extensions);
            else data(result.data);
          },
          error(error) {
            errors(codesOf(error));
            over();
          },
          complete: over,
        });
      return () => subscription.unsubscribe();
    },
    async ask({ query, variables = {} }) {
      const document = gql(query);
      const isMutation = query.startsWith('mutation');
      const { data } = isMutation
        ? await client.mutate({ mutation: document, variables, fetchPolicy: 'no-cache' })
        : await client.query({ query: document, variables, fetchPolicy: 'no-cache' });
      return data;
    },
    async stop() {
      client.stop();
      await stop();
    },
  };
}

function codesOf(error: unknown): unknown[] {
  const errors = CombinedGraphQLErrors.is(error) || CombinedProtocolErrors.is(error) ? error.errors : error;
  return Array.isArray(errors)
    ? errors.map((each: { extensions?: { code?: unknown } }) => each.extensions?.code)
    : [String(error)];
}
