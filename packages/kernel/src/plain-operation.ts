import { isObject } from './json-object.ts';

/** A POST body that asks for nothing but the execution of an operation. */
export type PlainOperation = {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
};

/** Whether a body can go past ApolloServer's pipeline: any other, malformed or with extensions, is for that to answer. */
export function isPlainOperation(body: unknown): body is PlainOperation {
  if (!isObject(body)) return false;
  const { query, operationName, variables, extensions } = body;
  return (
    typeof query === 'string' &&
    query !== '' &&
    (operationName === undefined || operationName === null || typeof operationName === 'string') &&
    (variables === undefined || variables === null || isObject(variables)) &&
    (extensions === undefined || extensions === null)
  );
}
