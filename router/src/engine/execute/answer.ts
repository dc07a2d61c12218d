import { failureExtensions } from '../../transport/failure.ts';
import { type Data, isData } from './own.ts';
import { isShallow } from './shallow.ts';

/** An error as a subgraph reported it: `path` is a place in that subgraph's answer, or undefined where it is unusable. */
export type SubgraphError = {
  message: string;
  path: readonly (string | number)[] | undefined;
  extensions: Record<string, unknown>;
};

/** What came of one call, whatever came back: `data` is undefined when nothing usable did, and then there are errors. */
export type Answer = { data: Data | undefined; errors: readonly SubgraphError[] };

/** Reads an answer that may be anything: subgraphs are not trusted to keep to the protocol. */
export function readAnswer(answer: unknown, subgraph: string): Answer {
  if (!isData(answer)) return malformed(subgraph, 'something that is not a GraphQL result');
  const errors = Array.isArray(answer['errors'])
    ? answer['errors'].map((error: unknown) => readError(error, subgraph))
    : [];
  const data = answer['data'];
  if (isData(data)) return { data, errors };
  if (data !== null && data !== undefined) return malformed(subgraph, '`data` that is not an object', errors);
  return errors.length > 0
    ? { data: undefined, errors }
    : malformed(subgraph, 'neither data nor errors', errors);
}

/** What `malformed` says of an answer that cannot be merged or copied. */
export const nestedTooDeep = 'what is nested too deep';

export function malformed(
  subgraph: string,
  what: string,
  errors: readonly SubgraphError[] = [],
): Answer & { data: undefined } {
  const message = `Subgraph "${subgraph}" answered with ${what}`;
  const error = {
    message,
    path: undefined,
    extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', retryable: false, subgraph },
  };
  return { data: undefined, errors: [...errors, error] };
}

function readError(error: unknown, subgraph: string): SubgraphError {
  const { message, path, extensions } = isData(error) ? error : {};
  const details = isData(extensions) && isShallow(extensions) ? extensions : {};
  const code = typeof details['code'] === 'string' ? details['code'] : 'INTERNAL_SERVER_ERROR';
  return {
    message: typeof message === 'string' ? message : `Subgraph "${subgraph}" reported an error`,
    path: isPath(path) ? path : undefined,
    extensions: { ...details, code, retryable: details['retryable'] === true, subgraph },
  };
}

const isPath = (path: unknown): path is (string | number)[] =>
  Array.isArray(path) &&
  path.length > 0 &&
  path.every((key) => typeof key === 'string' || Number.isInteger(key));

/** No answer: the transport failed or gave up. An error that has a code of its own keeps it. */
export function unanswered(reason: unknown, subgraph: string, kind: 'query' | 'mutation'): Answer {
  const text = reason instanceof Error ? reason.message : 'it gave no reason';
  const own = reason instanceof Error && 'extensions' in reason ? reason.extensions : undefined;
  return {
    data: undefined,
    errors: [
      {
        message: isData(own) ? text : `Subgraph "${subgraph}" did not answer: ${text}`,
        path: undefined,
        extensions: { ...failureExtensions(reason, kind), ...(isData(own) && own), subgraph },
      },
    ],
  };
}
