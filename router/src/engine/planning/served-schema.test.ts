import { introspectionFromSchema, lexicographicSortSchema } from 'graphql';
import { expect, it } from 'vitest';
import { loadSupergraph } from '../../supergraph/load.ts';
import { demoSupergraph } from '../../testing/demo-router.ts';
import { localSupergraph } from '../testing/local-supergraph.ts';
import { schemaOf, servedSchema } from './served-schema.ts';

const { sdl: everything } = localSupergraph({
  a: {
    sdl: `
      """Of many \\""" lines\n  and "quotes"."""
      directive @shown(why: String = "because") repeatable on FIELD | QUERY
      scalar Day @specifiedBy(url: "https://example.com/day")
      enum Kind { ONE  TWO @deprecated(reason: "two")  HIDDEN @inaccessible }
      input Filter { day: Day  kind: Kind }
      input Page { size: Int! = 10  kinds: [Kind!] = [ONE, TWO]  after: String @deprecated  secret: Int @inaccessible }
      interface Node @key(fields: "id") { id: ID! }
      interface Named implements Node @key(fields: "id") { id: ID!  "Who" name: String }
      type It implements Named & Node @key(fields: "id") { id: ID!  name: String  own: Int @inaccessible }
      type Hidden @inaccessible { a: Int }
      union Any = It | Hidden
      type Query { any(filter: Filter, page: Page = { size: 3 }, text: String = "\\"\\\\"): [Any!]!  hidden: Hidden @inaccessible }
      type Mutation { do(day: Day!): It @deprecated(reason: "do not") }
      type Subscription { done: It }
    `,
  },
});

it.each([
  ['everything that there is', everything],
  ['the demonstration', demoSupergraph()],
])('clients see the same of %s when it comes from another thread', (_what, sdl) => {
  const { apiSchema } = loadSupergraph(sdl);
  const { apiSdl } = JSON.parse(JSON.stringify(servedSchema(apiSchema)));
  const seen = (schema: typeof apiSchema) =>
    introspectionFromSchema(lexicographicSortSchema(schema), {
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
    });
  expect(seen(schemaOf({ apiSdl }))).toEqual(seen(apiSchema));
});
