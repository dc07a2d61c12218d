import { expect, it } from 'vitest';
import { context, localEngine } from '../testing/local-supergraph.ts';

type Item = Readonly<Record<string, unknown>>;

/** Items from one subgraph, their names from another. Gives the answer and what the other was asked for, call by call. */
async function ask(key: string, items: readonly Item[]) {
  const types = `scalar Any type Box @shareable { width: Any }
    type Item @key(fields: "${key}") @shareable { code: Any  size: Any  box: Box`;
  const asked: unknown[][] = [];
  const { engine } = localEngine({
    items: {
      sdl: `${types} } type Query { items: [Item] }`,
      answer: () => ({ data: { items: items.map((item) => ({ __typename: 'Item', ...item })) } }),
    },
    names: {
      sdl: `${types}  name: String }`,
      answer: ({ variables }) => {
        const { representations } = variables as { representations: Item[] };
        asked.push(representations);
        return { data: { _entities: representations.map((item) => ({ name: JSON.stringify(item) })) } };
      },
    },
  });
  const prepared = engine.prepare('{ items { name } }');
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(key);
  const { data } = await prepared.operation.execute({}, context);
  const { items: answered } = data as { items: { name: string | null }[] };
  return { asked, names: answered.map(({ name }) => name) };
}

const item = (values: Item) => ({ __typename: 'Item', ...values });
const named = (values: Item) => JSON.stringify(item(values));

it('asks once for entities of one key, and takes no value for another that reads like it', async () => {
  const codes = [1, '1', true, 'true', 1, '1', 0.5, '', ''];
  const { asked, names } = await ask(
    'code',
    codes.map((code) => ({ code })),
  );
  expect(asked).toEqual([[1, '1', true, 'true', 0.5, ''].map((code) => item({ code }))]);
  expect(names).toEqual(codes.map((code) => named({ code })));
});

it('tells keys of several values apart, by each of them', async () => {
  const items = ['ab', 'a', 'b', ''].flatMap((code) => ['', 'a', 'b'].map((size) => ({ code, size })));
  const { asked, names } = await ask('code size', [...items, ...items]);
  expect(asked).toEqual([items.map(item)]);
  expect(names).toEqual([...items, ...items].map(named));
});

it('asks for keys that are objects, lists or null in part, each once', async () => {
  const items = [{ code: { a: 1 } }, { code: '{"a":1}' }, { code: [1] }, { code: '1' }].flatMap(({ code }) =>
    [null, 1].map((size) => ({ code, size })),
  );
  const { asked, names } = await ask('code size', [...items, ...items]);
  expect(asked[0]).toHaveLength(items.length);
  expect(names).toEqual([...items, ...items].map(named));
});

it('asks for nothing whose key is null or missing', async () => {
  const { asked, names } = await ask('code', [{ code: null }, {}, { code: 'a' }]);
  expect(asked).toEqual([[item({ code: 'a' })]]);
  expect(names).toEqual([null, null, named({ code: 'a' })]);
});

it('asks for keys within objects', async () => {
  const items = [1, 2, 1].map((width) => ({ box: { width } }));
  const { asked, names } = await ask('box { width }', items);
  expect(asked).toEqual([items.slice(0, 2).map(item)]);
  expect(names).toEqual(items.map(named));
});

it('is not led astray by the names that every object has', async () => {
  const codes = ['__proto__', 'constructor', 'hasOwnProperty', '__proto__'];
  const { asked, names } = await ask(
    'code',
    codes.map((code) => ({ code })),
  );
  expect(asked).toEqual([codes.slice(0, 3).map((code) => item({ code }))]);
  expect(names).toEqual(codes.map((code) => named({ code })));
});
