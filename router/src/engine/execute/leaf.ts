import { type GraphQLEnumType, type GraphQLScalarType, isEnumType } from 'graphql';
import { isShallow } from './shallow.ts';

/** The value as the type writes it, or undefined when it is none of the type's. */
export type Leaf = (value: unknown) => unknown;

/**
 * Subgraphs answer in JSON, where every built-in scalar has one form; what has another is a mistake that clients
 * should not have to handle. Only an ID may come as a number and goes out as text. Custom scalars pass as they are, unless
 * they are nested so deep that nobody could write them.
 */
export function compileLeaf(type: GraphQLScalarType | GraphQLEnumType): Leaf {
  if (isEnumType(type)) {
    const names = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => (names.has(value) ? value : undefined);
  }
  return builtIn[type.name] ?? ((value) => (isShallow(value) ? value : undefined));
}

const builtIn: Readonly<Record<string, Leaf | undefined>> = Object.assign(Object.create(null), {
  String: (value: unknown) => (typeof value === 'string' ? value : undefined),
  Boolean: (value: unknown) => (typeof value === 'boolean' ? value : undefined),
  Float: (value: unknown) => (Number.isFinite(value) ? value : undefined),
  Int: (value: unknown) => (typeof value === 'number' && (value | 0) === value ? value : undefined),
  ID: (value: unknown) =>
    typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : undefined,
});
