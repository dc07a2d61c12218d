import { GraphQLError, GraphQLFloat, GraphQLScalarType } from 'graphql';
import { DateTimeISOResolver, resolvers } from 'graphql-scalars';

/** graphql-scalars' `DateTime` answers with Date objects; ours with ISO text, the same in process as over HTTP. */
const dateTime = new GraphQLScalarType({ ...DateTimeISOResolver.toConfig(), name: 'DateTime' });

/**
 * Degrees from `-limit` to `limit`. graphql-scalars' own refuse a whole number in the text of a query and, since they
 * look at it as text, numbers that JavaScript writes as `1e-7`; ours take what `Float` takes.
 */
function degrees(name: string, limit: number): GraphQLScalarType<number> {
  const within = (value: number): number => {
    if (Math.abs(value) <= limit) return value;
    throw new GraphQLError(`${name} is from -${limit} to ${limit} degrees, not ${value}`);
  };
  return new GraphQLScalarType({
    name,
    serialize: (value) => within(GraphQLFloat.serialize(value)),
    parseValue: (value) => within(GraphQLFloat.parseValue(value)),
    parseLiteral: (node, variables) => within(GraphQLFloat.parseLiteral(node, variables)),
  });
}

const ours = new Map<string, GraphQLScalarType>([
  ['DateTime', dateTime],
  ['Latitude', degrees('Latitude', 90)],
  ['Longitude', degrees('Longitude', 180)],
]);

/**
 * The same scalar, serialising to what JSON carries: an answer that stays in this process needs no walk then to be what
 * it would be over HTTP, and shares no object with what a resolver holds.
 */
function overJson(scalar: GraphQLScalarType): GraphQLScalarType {
  const { serialize, ...config } = scalar.toConfig();
  return new GraphQLScalarType({ ...config, serialize: (value) => plain(serialize(value)) });
}

function plain(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return value;
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}

/** The resolvers of the named scalars. @throws when graphql-scalars has none of that name. */
export function scalarResolvers(names: readonly string[]): Record<string, GraphQLScalarType> {
  return Object.fromEntries(
    names.map((name) => {
      const scalar = ours.get(name) ?? resolvers[name];
      if (!scalar) throw new Error(`There is no scalar ${name} in graphql-scalars`);
      return [name, overJson(scalar)];
    }),
  );
}
