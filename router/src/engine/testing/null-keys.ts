import type { World } from './world.ts';

/** An entity whose keys may be null, and what is true of it. */
export type NullKeys = {
  /** Its type, by subgraph. */
  types: ReadonlyMap<string, string>;
  /** The subgraph that others have it from: nobody else gives one. */
  home: string;
  fixed: World['fixed'];
  lost: Record<string, (id: string) => boolean>;
};

const fieldOf = { ref: 'ref: String', mark: 'mark: Tag' };
/** Of three things one has neither key null. */
const isNull = { ref: (id: string) => id === 'N:0', mark: (id: string) => id === 'N:1' };
const written = { ref: 'ref', mark: 'mark { code }' };

/**
 * Draws an entity that no subgraph has a key of which is always there. What others than its home know of it is lost where
 * the key that they know it by is null: nobody can be asked, and it is no failure.
 * @param give draws a type of field that a subgraph can give
 */
export function nullKeys(
  home: string,
  others: readonly string[],
  { choose, give }: { choose: (count: number) => number; give: (subgraph: string) => string },
): NullKeys {
  const keys = others.map((subgraph) => ({ subgraph, parts: partsOf(choose(3)) }));
  const lost: NullKeys['lost'] = {};
  const types = new Map<string, string>();
  const own = [...new Set(keys.flatMap(({ parts }) => parts))].map((part) => fieldOf[part]);
  const keyed = new Set(keys.map(({ parts }) => keyOf(parts)));
  types.set(home, `type N ${[...keyed].join(' ')} { ${own.join('  ')}  own: Int  again: [N] }`);
  for (const { subgraph, parts } of keys) {
    const fields = [
      `${subgraph}Leaf: Int${choose(4) === 3 ? '!' : ''}`,
      `${subgraph}Object: ${give(subgraph)}`,
    ];
    for (const name of ['Leaf', 'Object'])
      lost[`N.${subgraph}${name}`] = (id) => parts.some((part) => isNull[part](id));
    const known = parts.map((part) => fieldOf[part]);
    types.set(subgraph, `type N ${keyOf(parts)} { ${[...known, ...fields].join('  ')} }`);
  }
  return {
    types,
    home,
    lost,
    fixed: {
      'N.ref': (id) => (isNull.ref(id) ? null : `ref of ${id}`),
      'N.mark': (id) => (isNull.mark(id) ? null : { __typename: 'Tag', $id: `${id}.tag` }),
    },
  };
}

type Part = keyof typeof fieldOf;

const partsOf = (choice: number): readonly Part[] =>
  choice === 0 ? ['ref'] : choice === 1 ? ['mark'] : ['ref', 'mark'];

const keyOf = (parts: readonly Part[]) => `@key(fields: "${parts.map((part) => written[part]).join(' ')}")`;
