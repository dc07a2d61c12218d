import type { ContenderName } from './contenders.ts';

export type Operation = { query: string; variables: Readonly<Record<string, unknown>> };

/** Orders, then their products and buyers: the smallest query that is worth federating. */
export const threeFetch: Operation = {
  query: `query Orders($first: Int!) {
    orders(first: $first) { id total product { id name price } user { id name } }
  }`,
  variables: { first: 10 },
};

/** About 90 KB: two roots, six levels, the same few users and products over and over. */
export const large: Operation = {
  query: `query Large($first: Int!) {
    orders(first: $first) {
      id total placedAt
      product { id name price description seller { id name city } }
      user {
        id name email city
        orders(first: 3) { id total placedAt product { id name description seller { id name city } } }
      }
      ride { id status distance driver { id name city } }
    }
    products(first: $first) {
      id name price description
      seller { id name email city orders(first: 2) { id total ride { id status driver { name } } } }
    }
  }`,
  variables: { first: 50 },
};

/** The three-fetch query with a text that nobody has sent before. */
export const cold: Operation = {
  query: threeFetch.query
    .replace('query Orders', 'query OrdersNUMBER')
    .replace('total', 'totalNUMBER: total'),
  variables: threeFetch.variables,
};

/** The three-fetch query, each time for other orders, whose products and buyers overlap with those of some others. */
export const spread: Operation = {
  query: threeFetch.query
    .replace('$first: Int!', '$first: Int!, $from: ID')
    .replace('first: $first', 'first: $first, from: $from'),
  variables: { ...threeFetch.variables, from: 'NUMBER' },
};

export const operations = { threeFetch, large, cold, spread };

/** What issue text and documentation promise: how often better than the other, by each figure. */
export type Floor = {
  ours: ContenderName;
  theirs: ContenderName;
  requestsPerSecond?: number;
  cpu?: number;
  memory?: number;
};

export type Workload = {
  name: string;
  title: string;
  operation: Operation;
  connections: number;
  contenders: readonly ContenderName[];
  floors: readonly Floor[];
  /** Throughput; the most that is resident, from fresh processes; or the event loop at four fifths of the load. */
  kind: 'throughput' | 'memory' | 'delay';
};

const all = ['stock', 'hive', 'hiveLean', 'services', 'oneProcess'] as const;
const main = ['stock', 'hive', 'services', 'oneProcess'] as const;

export const workloads: readonly Workload[] = [
  {
    name: 'three-fetch',
    title: 'Three-fetch query, 50 connections',
    operation: threeFetch,
    connections: 50,
    contenders: [...all, 'floor'],
    floors: [
      { ours: 'services', theirs: 'stock', requestsPerSecond: 7, cpu: 7 },
      { ours: 'oneProcess', theirs: 'stock', requestsPerSecond: 15 },
      { ours: 'oneProcess', theirs: 'hive', requestsPerSecond: 10 },
    ],
    kind: 'throughput',
  },
  {
    name: 'techniques',
    title: 'What each technique is worth alone: the three-fetch query, 50 connections',
    operation: threeFetch,
    connections: 50,
    contenders: [
      'stock',
      'stockLean',
      'stockUndici',
      'servicesPlain',
      'servicesApollo',
      'servicesFullDoor',
      'servicesUnbatched',
      'servicesLogging',
      'services',
      'servicesShared',
      'oneProcessUnbatched',
      'oneProcess',
    ],
    floors: [],
    kind: 'throughput',
  },
  {
    name: 'spread',
    title: 'Three-fetch query for other orders each time, 50 connections',
    operation: spread,
    connections: 50,
    contenders: ['stock', 'hive', 'servicesUnbatched', 'services', 'oneProcessUnbatched', 'oneProcess'],
    floors: [],
    kind: 'throughput',
  },
  {
    name: 'large',
    title: 'Large response (about 90 KB), 50 connections',
    operation: large,
    connections: 50,
    contenders: all,
    floors: [
      { ours: 'services', theirs: 'stock', requestsPerSecond: 8 },
      { ours: 'services', theirs: 'hive', requestsPerSecond: 3 },
    ],
    kind: 'throughput',
  },
  {
    name: 'shared',
    title: 'The large response again, identical queries shared in flight',
    operation: large,
    connections: 50,
    contenders: ['stock', 'hiveShared', 'servicesShared', 'oneProcessShared'],
    floors: [
      { ours: 'servicesShared', theirs: 'stock', requestsPerSecond: 8 },
      { ours: 'servicesShared', theirs: 'hiveShared', requestsPerSecond: 3 },
    ],
    kind: 'throughput',
  },
  {
    name: 'cold',
    title: 'Cold operations: every text new, 10 connections',
    operation: cold,
    connections: 10,
    contenders: main,
    floors: [{ ours: 'services', theirs: 'stock', requestsPerSecond: 1.5 }],
    kind: 'throughput',
  },
  {
    name: 'memory',
    title: 'Memory at 500 connections on the large response',
    operation: large,
    connections: 500,
    contenders: main,
    floors: [
      { ours: 'services', theirs: 'stock', memory: 3 },
      { ours: 'services', theirs: 'hive', memory: 3 },
    ],
    kind: 'memory',
  },
  {
    name: 'delay',
    title: 'Event loop delay of the router on the large response, at 80 % of what it can do',
    operation: large,
    connections: 50,
    contenders: main,
    floors: [],
    kind: 'delay',
  },
];
