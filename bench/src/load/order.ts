/** What the client is to do. */
export type LoadOrder = {
  url: string;
  /** A GraphQL operation; every NUMBER in it and its variables becomes a number that no other request of the run has. */
  query: string;
  variables: Readonly<Record<string, unknown>>;
  /** More members of the body. */
  body?: Readonly<Record<string, unknown>> | undefined;
  firstNumber: number;
  connections: number;
  seconds: number;
  /** Requests a second, evenly spread. Without it every connection sends its next when it has its answer. */
  rate?: number | undefined;
};

export type LoadReport = {
  requests: number;
  /** Answers with errors in them, with another status than 200, or none. */
  failures: number;
  requestsPerSecond: number;
  bytes: number;
  p50Ms: number;
  p99Ms: number;
};
