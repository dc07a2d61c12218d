/** Deeper than anybody means it, and far from where recursion ends. */
export const mostLevels = 100;

/**
 * Whether JSON is nested no deeper than what may be walked and written again. Parsing takes any depth; whatever recurs,
 * `JSON.stringify` first of all, throws.
 */
export const isShallow = (value: unknown, levels = mostLevels): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));
