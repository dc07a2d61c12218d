import { badInput } from './errors.ts';

/**
 * For fields that take one of several ways to name a thing.
 * @throws BAD_USER_INPUT unless exactly one of `names` has a value
 */
export function exactlyOne<Name extends string>(
  args: Readonly<Partial<Record<Name, string | null | undefined>>>,
  names: readonly Name[],
): { name: Name; value: string } {
  const given = names.flatMap((name) => {
    const value = args[name];
    return value == null ? [] : [{ name, value }];
  });
  const [only] = given;
  if (!only || given.length > 1)
    throw badInput(`Give exactly one of ${names.map((name) => `\`${name}\``).join(', ')}`);
  return only;
}

/** @throws BAD_USER_INPUT for an empty list or one with more than `most` items */
export function listOf(name: string, items: readonly string[], most: number): readonly string[] {
  if (items.length === 0 || items.length > most)
    throw badInput(`\`${name}\` takes 1 to ${most} items, not ${items.length}`, name);
  return items;
}
