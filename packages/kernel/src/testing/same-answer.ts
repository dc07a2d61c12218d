import type { ExecutionResult } from 'graphql';

type Path = readonly (string | number)[];
type Plain = { data?: unknown; errors: { path?: Path }[] };

/**
 * What two executions have in common that the specification promises. Errors come in the order in which things happen
 * to end; and where errors have put null further up, it is a matter of time which of those below are told. So those
 * count as one, by the position that is null.
 */
export function promised({ data, errors = [] }: ExecutionResult): { data: unknown; errors: string[] } {
  const plain: Plain = JSON.parse(JSON.stringify({ data, errors }));
  const told = plain.errors.map((error) => {
    const nulled = error.path && nulledAbove(plain.data, error.path);
    return JSON.stringify(nulled ? { nulled } : error);
  });
  return { data: plain.data, errors: [...new Set(told)].sort() };
}

/** The position above `path` that is null, if there is one. */
function nulledAbove(data: unknown, path: Path): Path | undefined {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[key];
  }
  return undefined;
}
