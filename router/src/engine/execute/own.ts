/** Data of a subgraph or a client: it may carry any key, `__proto__` and `constructor` too. */
export type Data = Record<string, unknown>;

export const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The property of that name which the object itself has, never one that it inherits. */
export const getOwn = (object: Data, name: string): unknown => {
  const value = object[name];
  return value === undefined || Object.hasOwn(object, name) ? value : undefined;
};

/** Gives the object a property of its own. Plain assignment to `__proto__` would change its prototype instead. */
export function setOwn(object: Data, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  else object[name] = value;
}

/** `getOwn` for a name known beforehand: a plain read unless every object inherits something of that name. */
export const readerOf = (name: string): ((object: Data) => unknown) =>
  name in Object.prototype ? (object) => getOwn(object, name) : (object) => object[name];
