/**
 * Makes a value when its key is first asked for, and keeps those that were made last. A map, for most of these never have
 * an entry, and there is one for each entity fetch of each prepared operation.
 * @param most how many are kept
 */
export function lastMade<Value>(most: number): (key: string, make: () => Value) => Value {
  const made = new Map<string, { value: Value }>();
  return (key, make) => {
    const known = made.get(key);
    if (known) return known.value;
    const value = make();
    const [oldest] = made.keys();
    if (made.size === most && oldest !== undefined) made.delete(oldest);
    made.set(key, { value });
    return value;
  };
}
