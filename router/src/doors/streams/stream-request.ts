import { isObject } from '@meridian/kernel/json-object';
import type { FastifyRequest } from 'fastify';

/** An operation as it came by POST or GET. */
export type SentOperation = {
  query: string;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
};

/** The operation of a well-formed request with its text; undefined for any other: the full pipeline says what is wrong. */
export function sentOperation({
  method,
  body,
  query,
}: Pick<FastifyRequest, 'method' | 'body' | 'query'>): SentOperation | undefined {
  const sent = method === 'GET' ? fromSearch(query) : body;
  if (!isObject(sent)) return undefined;
  const { query: text, operationName, variables } = sent;
  if (typeof text !== 'string' || text === '') return undefined;
  if (!isAbsent(operationName) && typeof operationName !== 'string') return undefined;
  if (!isAbsent(variables) && !isObject(variables)) return undefined;
  return { query: text, operationName: operationName ?? undefined, variables: variables ?? undefined };
}

function fromSearch(search: unknown): unknown {
  if (!isObject(search)) return undefined;
  const { variables } = search;
  if (typeof variables !== 'string') return search;
  try {
    return { ...search, variables: JSON.parse(variables) };
  } catch {
    return undefined;
  }
}

const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;
