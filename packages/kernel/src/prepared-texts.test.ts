import { buildSchema, execute, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { isErrors, type Prepared, preparedTexts } from './prepared-texts.ts';

const schema = buildSchema('type Query { a: Int  b: Int! } type Mutation { a: Int }');
const rootValue = { a: 1, b: () => Promise.reject(new Error('no b')) };

const prepared = (prepare: ReturnType<typeof preparedTexts>, text: string): Prepared => {
  const found = prepare(text);
  if (isErrors(found)) throw new Error(text);
  return found;
};

it('compiles texts that differ in the name of their only operation once', () => {
  const prepare = preparedTexts(schema);
  const one = prepared(prepare, 'query One__a__0{a}');
  expect(prepared(prepare, 'query Two__a__0{a}').operation('Two__a__0')).toBe(one.operation('One__a__0'));
  expect(prepared(prepare, 'query Two__a__0{a}').operation(undefined)).toBe(one.operation(undefined));
  expect(prepared(prepare, 'mutation One__a__0{a}').operation(null).kind).toBe('mutation');
});

const texts = [
  'query One { a b }',
  'query One{a}',
  'query One { b }\nquery Two { a }',
  'query One { nope }',
  'query One { a } fragment F on Query { a }',
  'query One($n: Int) { a }',
  'query  One @skip { a }',
  'query { a }',
  '{ a }',
  'query One { a',
  'mutation One { a }',
  'queryOne { a }',
  'query On\u00e9 { a }',
];

it('says of every text and name what graphql-js does', async () => {
  const prepare = preparedTexts(schema);
  for (const text of [...texts, ...texts.map((text) => text.replace('One', 'Uno'))]) {
    const found = prepare(text);
    const errors = refusals(text);
    if (isErrors(found) || errors.length > 0) {
      expect(found, text).toEqual(errors);
      continue;
    }
    for (const operationName of [undefined, null, 'One', 'Uno', 'Two', '']) {
      const expected = await execute({ schema, document: parse(text), operationName, rootValue });
      const answer = await found.operation(operationName).run({ variables: {}, context: {}, rootValue });
      expect(JSON.stringify(answer), `${operationName} of ${text}`).toBe(JSON.stringify(expected));
    }
  }
});

function refusals(text: string): readonly unknown[] {
  try {
    return validate(schema, parse(text));
  } catch (error) {
    return [error];
  }
}
