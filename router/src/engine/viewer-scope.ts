import { correlationHeader } from '../telemetry/correlation.ts';
import type { RequestContext } from './engine.ts';

/**
 * Everything that subgraphs are told of who asks, as text: the viewer and every other header, but the correlation id,
 * which only says which request it was. Requests of one scope may have answers in common, those of two never.
 */
export const scopeOf = (headers: RequestContext['headers']): string =>
  JSON.stringify(
    Object.entries(headers)
      .filter(([name]) => name !== correlationHeader)
      .sort(),
  );
