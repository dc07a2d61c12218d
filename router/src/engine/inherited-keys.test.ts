import { describe, expect, it } from 'vitest';
import { localEngine } from './testing/local-supergraph.ts';

describe('keys that every object inherits', () => {
  it('are ordinary response names', async () => {
    const { run } = localEngine({
      a: {
        sdl: `type Query { it: It  constructor: Int }
          type It @key(fields: "id") { id: ID!  toString: Int  x(a: Int): Int }`,
        resolvers: { Query: { it: () => ({ id: '1', toString: 2, x: () => 3 }), constructor: () => 1 } },
      },
      b: {
        sdl: 'type It @key(fields: "id") { id: ID!  valueOf: Int }',
        resolvers: { It: { __resolveReference: () => ({ valueOf: 4 }) } },
      },
    });
    const query = `{ constructor hasOwnProperty: constructor
      it { toString __proto__: x constructor: valueOf isPrototypeOf: __typename } __proto__: __typename }`;
    const { data } = await run(query);
    expect(JSON.stringify(data)).toBe(
      '{"constructor":1,"hasOwnProperty":1,"it":{"toString":2,"__proto__":3,"constructor":4,"isPrototypeOf":"It"},"__proto__":"Query"}',
    );
  });

  it('do nothing when a subgraph sends them unasked', async () => {
    const hostile =
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"nick":"n"}';
    const { run } = localEngine({
      users: {
        sdl: 'type Query { one: User } type User @key(fields: "id") { id: ID! }',
        resolvers: { Query: { one: () => ({ id: '1' }) } },
      },
      names: {
        sdl: 'type User @key(fields: "id") { id: ID!  nick: String }',
        answer: () => JSON.parse(`{"data":{"__proto__":{"polluted":true},"_entities":[${hostile}]}}`),
      },
    });
    expect(await run('{ one { id nick } }')).toEqual({ data: { one: { id: '1', nick: 'n' } } });
    expect({}).not.toHaveProperty('polluted');
  });

  it('that a subgraph leaves out are null', async () => {
    const { run } = localEngine({
      a: {
        sdl: 'type Query { it: It } type It { toString: String  constructor: Int }',
        answer: () => ({ data: { it: {} } }),
      },
    });
    const { data, errors } = await run('{ it { toString constructor __proto__: toString } }');
    expect(data).toEqual({ it: JSON.parse('{"toString":null,"constructor":null,"__proto__":null}') });
    expect(errors?.map(({ path }) => path?.at(-1))).toEqual(['toString', 'constructor', '__proto__']);
  });
});
