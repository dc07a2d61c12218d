import { errorCatalogue } from '@meridian/kernel/errors';
import type { Result } from '../engine/engine.ts';

export const graphqlResponseType = 'application/graphql-response+json';

/** The request was well-formed HTTP, but its document or variables cannot be executed. */
const notExecutable = new Set([
  ...['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE', 'BAD_USER_INPUT'],
  'OPERATION_TOO_COMPLEX',
]);
const statuses: Readonly<Record<string, readonly [number | null, string]>> = errorCatalogue;

/**
 * The HTTP status of a result, by the GraphQL over HTTP specification: `application/json` says 200 whenever a
 * well-formed GraphQL answer comes, because old clients take nothing else; `application/graphql-response+json`
 * says 400 when nothing was executed. Undefined where the result does not settle it.
 */
export function responseStatus(
  { data, errors }: Result,
  contentType: string | undefined,
): number | undefined {
  if (data !== undefined) return 200;
  const codes = (errors ?? []).map(({ extensions }) => String(extensions?.['code']));
  const [code] = codes;
  if (codes.every((each) => notExecutable.has(each)))
    return contentType?.startsWith(graphqlResponseType) ? 400 : 200;
  return code === undefined || !Object.hasOwn(statuses, code)
    ? undefined
    : (statuses[code]?.[0] ?? undefined);
}
