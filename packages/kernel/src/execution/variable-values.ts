import {
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';

type VariableValues = ReturnType<typeof getVariableValues>;
type Coerce = (value: unknown) => unknown;

/** Limits of `execute` of graphql-js. */
const asExecute = { maxErrors: 50 };

/** Stands for what is left to graphql-js. */
const other = Symbol('not coerced here');

/**
 * `getVariableValues` of graphql-js for one operation. What it takes anew for each request (types by name, a path for
 * errors that rarely come) is done once here for scalars, enums and lists of them; whatever else a variable is or holds,
 * a mistake first of all, graphql-js says what comes of it.
 */
export function compileVariableValues(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  options: NonNullable<Parameters<typeof getVariableValues>[3]> = asExecute,
): (inputs: Readonly<Record<string, unknown>>) => VariableValues {
  const variables = definitions.map(({ variable, type: typeNode, defaultValue }) => {
    const type: unknown = typeFromAST(schema, typeNode as never);
    const name = variable.name.value;
    if (!isInputType(type)) return { name, coerce: () => other, isOptional: false };
    return { name, coerce: coerceBy(type), isOptional: !defaultValue && !isNonNullType(type) };
  });
  return (inputs) => {
    const coerced: Record<string, unknown> = Object.create(null);
    for (const { name, coerce, isOptional } of variables) {
      const isGiven = Object.hasOwn(inputs, name);
      if (!isGiven && isOptional) continue;
      const value = isGiven ? coerce(inputs[name]) : other;
      if (value === other) return getVariableValues(schema, definitions, inputs, options);
      coerced[name] = value;
    }
    return { coerced };
  };
}

function coerceBy(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const coerce = coerceBy(type.ofType);
    return (value) => (value === null || value === undefined ? other : coerce(value));
  }
  const coerce = coercePresent(type);
  return (value) => (value === null || value === undefined ? null : coerce(value));
}

function coercePresent(type: GraphQLInputType): Coerce {
  if (isListType(type)) {
    const coerce = coerceBy(type.ofType);
    return (value) => {
      if (!Array.isArray(value)) return other;
      const items = value.map(coerce);
      return items.includes(other) ? other : items;
    };
  }
  if (!isLeafType(type)) return () => other;
  return (value) => {
    try {
      const parsed: unknown = type.parseValue(value);
      return parsed === undefined ? other : parsed;
    } catch {
      return other;
    }
  };
}
