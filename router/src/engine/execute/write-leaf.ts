import { type GraphQLEnumType, type GraphQLScalarType, isEnumType } from 'graphql';
import { compileLeaf } from './leaf.ts';

/** The value as JSON text, or undefined when it is none of the type's. */
export type WriteLeaf = (value: unknown) => string | undefined;

/** What `compileLeaf` lets through, written as `JSON.stringify` would write it. */
export function compileWriteLeaf(type: GraphQLScalarType | GraphQLEnumType): WriteLeaf {
  if (isEnumType(type)) {
    const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, quote(name)]));
    return (value) => texts.get(value);
  }
  const written = builtIn[type.name];
  if (written) return written;
  const leaf = compileLeaf(type);
  return (value) => JSON.stringify(leaf(value));
}

/** All text gets into JSON through here. */
export const quote = (text: string): string => JSON.stringify(text);

const builtIn: Readonly<Record<string, WriteLeaf | undefined>> = Object.assign(Object.create(null), {
  String: (value: unknown) => (typeof value === 'string' ? quote(value) : undefined),
  Boolean: (value: unknown) => (value === true ? 'true' : value === false ? 'false' : undefined),
  Float: (value: unknown) => (Number.isFinite(value) ? String(value) : undefined),
  Int: (value: unknown) => (typeof value === 'number' && (value | 0) === value ? String(value) : undefined),
  ID: (value: unknown) =>
    typeof value === 'string' ? quote(value) : Number.isInteger(value) ? `"${value}"` : undefined,
});
