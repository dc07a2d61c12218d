import { GraphQLScalarType } from 'graphql';
import { DateTimeISOResolver, resolvers } from 'graphql-scalars';

/** graphql-scalars' `DateTime` answers with Date objects; ours with ISO text, the same in process as over HTTP. */
const dateTime = new GraphQLScalarType({ ...DateTimeISOResolver.toConfig(), name: 'DateTime' });

/** The resolvers of the named scalars. @throws when graphql-scalars has none of that name. */
export function scalarResolvers(names: readonly string[]): Record<string, GraphQLScalarType> {
  return Object.fromEntries(
    names.map((name) => {
      const scalar = name === 'DateTime' ? dateTime : resolvers[name];
      if (!scalar) throw new Error(`There is no scalar ${name} in graphql-scalars`);
      return [name, scalar];
    }),
  );
}
