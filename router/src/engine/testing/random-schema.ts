import { type NullKeys, nullKeys } from './null-keys.ts';
import { argumentsGiven, argumentsOfFields, scalars, shadesOf, sharedTypes } from './shared-types.ts';
import type { Selection } from './world.ts';
import type { Cut } from './world-supergraph.ts';

/** Where a field is, and what is written behind it there. */
type Field = { type: string; args: string; at: Map<string, string>; isHidden?: boolean };
type Entity = {
  name: string;
  /** The subgraph that knows it by every key. */
  home: string;
  /** Directives of its keys, by subgraph. */
  keys: Map<string, string>;
  fields: Map<string, Field>;
};

/**
 * Draws types and cuts them into subgraphs, by decisions read from a tape: zeros, which a short tape runs out into, give
 * the simplest. Entities with up to three keys, one of them nested, of which a subgraph may know any, and one whose keys may
 * be null; shared, overridden (for all or for a part), required (by arguments, too), provided and inaccessible fields, keys
 * and arguments; enums and an input type that subgraphs know differently; an interface that may be an object to one
 * subgraph, a union, a context, and mutations. What it gives composes as a rule, not always.
 */
export function randomSchema(tape: readonly number[]): Cut {
  let at = 0;
  const choose = (count: number) => (count > 1 ? (tape[at++] ?? 0) % count : 0);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[choose(items.length)] ?? items[0];
  const sometimes = (oneIn: number) => choose(oneIn) === oneIn - 1;

  const subgraphs: [string, ...string[]] = ['a', 'b', ...(choose(2) ? ['c'] : [])];
  const roots = new Map(subgraphs.map((name): [string, string[]] => [name, []]));
  const mutations = new Map(subgraphs.map((name): [string, string[]] => [name, []]));
  const extras = new Map(subgraphs.map((name): [string, string[]] => [name, []]));
  const required: Record<string, Selection> = {};
  const keys = ['id', 'sku', 'tag', 'code', 'ref', 'mark', 'top'];
  const sound = new Set([...keys, 'title', 'tone', 'width', 'label', 'lid', 'color']);
  const fixed: Record<string, (id: string) => unknown> = {
    id: (id) => id,
    sku: (id) => `sku of ${id}`,
    code: (id) => id.slice(0, id.indexOf('.tag')),
  };
  const contextual: NonNullable<Cut['contextual']>[string][] = [];

  /** Entities with a key that clients do not see. */
  const hidden = new Set<string>();
  const entities = Array.from({ length: 2 + choose(3) }, (_, n) => entity(`E${n}`)) as [Entity, ...Entity[]];
  const members = ({ keys }: Entity) => [...keys.keys()] as [string, ...string[]];
  const implementers = entities.filter(({ home }) => home === 'a').slice(0, 2);
  const hasInterface = implementers.length > 0;

  for (const each of entities) for (let n = 0, count = 1 + choose(5); n < count; n++) field(each, `f${n}`);
  for (const each of entities) {
    if (sometimes(2)) requirement(each);
    if (sometimes(3)) provision(each);
  }
  if (sometimes(3)) context(pick(entities));
  for (const subgraph of subgraphs)
    for (let n = 0, count = 1 + choose(3); n < count; n++)
      roots.get(subgraph)?.push(`${subgraph}${n}: ${composite(subgraph)}`);
  if (sometimes(3))
    for (const subgraph of members(entities[0])) roots.get(subgraph)?.push('top: E0 @shareable');
  if (choose(4) > 0)
    for (const subgraph of subgraphs)
      for (let n = 0, count = choose(3); n < count; n++)
        mutations.get(subgraph)?.push(`do_${subgraph}${n}${pick(argumentsOfFields)}: ${composite(subgraph)}`);
  const bare = sometimes(3) ? withNullKeys() : undefined;
  const objectAt = hasInterface && sometimes(2) ? interfaceObject() : undefined;

  return {
    schemas: Object.fromEntries(subgraphs.map((name) => [name, print(name)])),
    entities: [...entities.map(({ name }) => name), 'N'],
    possible: {
      I: implementers.map(({ name }) => name),
      U: [...implementers.map(({ name }) => name), 'Box'],
    },
    fixed: { ...fixed, ...bare?.fixed },
    lost: bare?.lost ?? {},
    values: shades(),
    requires: required,
    contextual: Object.fromEntries(contextual.map((one) => ['Child.said', one])),
    sound: new RegExp(`^(${[...sound].join('|')})$`),
  };

  function entity(name: string): Entity {
    const home = pick(subgraphs);
    const each: [string, ...string[]] = [
      '@key(fields: "id")',
      ...(sometimes(2) ? ['@key(fields: "sku")'] : []),
      ...(sometimes(3) ? ['@key(fields: "tag { code }")'] : []),
    ];
    if (sometimes(4)) hidden.add(name);
    const keys = new Map([[home, each.join(' ')]]);
    for (const other of subgraphs)
      if (other !== home && choose(3) > 0) keys.set(other, pick([...each, each.join(' ')] as typeof each));
    return { name, home, keys, fields: new Map() };
  }

  /** A subgraph that does not know an entity yet learns of it when it refers to it. */
  function refer(subgraph: string): string {
    const { name, keys } = pick(entities);
    if (!keys.has(subgraph))
      keys.set(subgraph, `@key(fields: "id"${choose(2) ? ', resolvable: false' : ''})`);
    return name;
  }

  function composite(subgraph: string): string {
    const kind = choose(subgraph === 'a' && hasInterface ? 6 : 4);
    const name = kind === 4 ? 'I' : kind === 5 ? 'U' : kind === 3 ? 'Box' : refer(subgraph);
    return pick([name, `[${name}]`, `${name}!`, `[${name}!]!`, `[[${name}]]`]);
  }

  function field({ name, fields, keys, ...of }: Entity, called: string): void {
    const home = pick(members({ name, fields, keys, ...of }));
    know({ name, fields, keys, ...of }, home);
    const others = subgraphs.filter((subgraph) => subgraph !== home && keys.has(subgraph));
    const isLeaf = choose(3) < 2;
    const type = isLeaf ? `${pick(scalars)}${choose(3) ? '' : '!'}` : composite(home);
    const args = pick(argumentsOfFields);
    const made: Field = { type, args, at: new Map([[home, '']]), isHidden: sometimes(8) };
    fields.set(called, made);
    const [other] = others;
    // What another subgraph is to resolve too, it must know the types of.
    if (!other || !isLeaf) return;
    const way = choose(5);
    if (way === 3) for (const subgraph of [home, other]) made.at.set(subgraph, '@shareable');
    if (way !== 4) return;
    know({ name, fields, keys, ...of }, other);
    made.at
      .set(other, '')
      .set(home, `@override(from: "${other}"${pick(['', ', label: "percent(50)"', ', label: "own"'])})`);
  }

  /** A key that stood for a mere reference now leads to fields. */
  function know({ keys }: Entity, subgraph: string): void {
    keys.set(subgraph, keys.get(subgraph)?.replace(', resolvable: false', '') ?? '@key(fields: "id")');
  }

  /** A field of one subgraph alone that others may ask for. */
  function foreign({ fields }: Entity, subgraph: string, may = { haveArgument: false }): string | undefined {
    const found = [...fields].filter(
      ([, { type, args, at }]) =>
        (args === '' || may.haveArgument) &&
        !at.has(subgraph) &&
        at.size === 1 &&
        [...at.values()][0] === '' &&
        !/[EIUN]\d*\b/.test(type),
    );
    return found.length > 0 ? pick(found as [[string, Field]])[0] : undefined;
  }

  function requirement(each: Entity): void {
    const subgraph = pick(members(each));
    const may = { haveArgument: true };
    const inputs = new Set([foreign(each, subgraph, may), foreign(each, subgraph, may)]);
    inputs.delete(undefined);
    if (inputs.size === 0) return;
    know(each, subgraph);
    for (const name of inputs as Set<string>) {
      each.fields.get(name)?.at.set(subgraph, '@external');
      sound.add(name);
    }
    for (const need of ['need', ...(sometimes(2) ? ['want'] : [])]) {
      const wanted: Selection = {};
      for (const name of inputs as Set<string>) {
        const { type = '', args = '' } = each.fields.get(name) ?? {};
        const inner = type.includes('Box')
          ? pick([{ label: true }, { width: true, lid: { color: true } }])
          : true;
        wanted[`${name}${pick(argumentsGiven(args))}`] = inner as Selection;
      }
      each.fields.set(need, {
        type: pick(['String', 'String!']),
        args: pick(['', '(first: Int)']),
        at: new Map([[subgraph, `@requires(fields: ${JSON.stringify(selected(wanted))})`]]),
      });
      required[`${each.name}.${need}`] = wanted;
    }
  }

  function provision(each: Entity): void {
    for (const [, { type, at }] of each.fields) {
      const [subgraph = '', written] = [...at][0] ?? [];
      const target = entities.find(({ name }) => type.replace(/[[\]!]/g, '') === name);
      const provided = target && at.size === 1 && written === '' ? foreign(target, subgraph) : undefined;
      const given = provided === undefined ? undefined : target?.fields.get(provided);
      if (!given || given.type.includes('Box')) continue;
      for (const [owner] of given.at) given.at.set(owner, '@shareable');
      given.at.set(subgraph, '@external');
      at.set(subgraph, `@provides(fields: "${provided}")`);
      return;
    }
  }

  /** An entity that sets a context for its children, which exist nowhere else. */
  function context(setter: Entity): void {
    const { name, keys, fields, home } = setter;
    know(setter, home);
    keys.set(home, `${keys.get(home)} @context(name: "air")`);
    fields.set('tone', { type: 'String', args: '', at: new Map([[home, '']]) });
    fields.set('child', { type: pick(['Child', 'Child!']), args: '', at: new Map([[home, '']]) });
    fixed[`${name}.child`] = (id) => ({ __typename: 'Child', $id: `Child:${id}` });
    contextual.push({
      argument: 'from',
      of: (id) => ({ id: id.slice('Child:'.length), field: `${name}.tone` }),
    });
    const said = `said(from: String @fromContext(field: "$air { tone }")): String`;
    extras.get(home)?.push(`type Child @key(fields: "id") { id: ID!  ${said} }`);
    const other = pick(subgraphs);
    if (other !== home) extras.get(other)?.push('type Child @key(fields: "id") { id: ID!  age: Int }');
  }

  /** A subgraph to which the interface is an object; it must know none of the types that implement it. */
  function interfaceObject(): string | undefined {
    const name = subgraphs.find((each) => !implementers.some(({ keys }) => keys.has(each)));
    if (!name) return undefined;
    const blurb = choose(2) ? 'title: String @external  blurb: String @requires(fields: "title")' : '';
    extras
      .get(name)
      ?.push(`type I @key(fields: "id") @interfaceObject { id: ID!  score: Int!  tag: Box  ${blurb} }`);
    roots.get(name)?.push('some: I', 'many: [I!]');
    if (blurb)
      for (const type of ['I', ...implementers.map((each) => each.name)])
        required[`${type}.blurb`] = { title: true };
    return name;
  }

  /** Given by some fields of its home, and by a root field. */
  function withNullKeys(): NullKeys {
    const home = pick(subgraphs);
    const others = subgraphs.filter((subgraph) => subgraph !== home && (choose(3) || subgraph !== 'c'));
    const made = nullKeys(home, others, { choose, give: composite });
    for (const [subgraph, type] of made.types) extras.get(subgraph)?.push(type);
    roots.get(home)?.push(`bare: ${pick(['[N]', 'N', '[[N!]]!', 'N!'])}`);
    for (const { keys, fields } of entities)
      if (keys.has(home) && !keys.get(home)?.includes('resolvable') && sometimes(2))
        fields.set('bare', { type: pick(['N', '[N!]']), args: '', at: new Map([[home, '']]) });
    return made;
  }

  /** The shades that fields may have. */
  function shades(): NonNullable<Cut['values']> {
    const values: Record<string, readonly string[]> = {};
    for (const { name, fields } of entities)
      for (const [field, { type, at }] of fields)
        if (type.includes('Shade')) values[`${name}.${field}`] = shadesOf([...at.keys()]);
    return values;
  }

  function print(subgraph: string): string {
    const types = entities.flatMap((each) => (each.keys.has(subgraph) ? [printEntity(each, subgraph)] : []));
    const abstract =
      subgraph === 'a' && hasInterface
        ? [
            `interface I ${objectAt ? '@key(fields: "id")' : ''} { id: ID!  title: String }`,
            `union U = ${[...implementers.map(({ name }) => name), 'Box'].join(' | ')}`,
          ]
        : [];
    const query = `type Query { ${roots.get(subgraph)?.join('  ')} }`;
    const doing = mutations.get(subgraph)?.join('  ');
    return [
      sharedTypes(subgraph),
      query,
      ...(doing ? [`type Mutation { ${doing} }`] : []),
      ...abstract,
      ...types,
      ...(extras.get(subgraph) ?? []),
    ].join('\n');
  }

  function printEntity({ name, keys, fields, home }: Entity, subgraph: string): string {
    const written = keys.get(subgraph) ?? '';
    const isMember = home === 'a' && subgraph === 'a' && implementers.some((each) => each.name === name);
    const lines = [
      ...(written.includes('"id"') ? ['id: ID!'] : []),
      ...(written.includes('"sku"') ? [`sku: String!${hides(hidden.has(name))}`] : []),
      ...(written.includes('tag') ? ['tag: Tag!'] : []),
      ...(isMember ? ['title: String'] : []),
    ];
    for (const [called, { type, args, at, isHidden }] of fields)
      if (at.has(subgraph))
        lines.push(`${called}${args}: ${type} ${at.get(subgraph)}${hides(isHidden, at.get(subgraph))}`);
    return `type ${name} ${isMember ? 'implements I ' : ''}${written} { ${lines.join('  ')} }`;
  }
}

const selected = (wanted: Selection): string =>
  Object.entries(wanted)
    .map(([name, inner]) => (inner === true ? name : `${name} { ${selected(inner)} }`))
    .join(' ');

/** A field is hidden by those who give it. */
const hides = (isHidden = false, written = ''): string =>
  isHidden && written !== '@external' ? ' @inaccessible' : '';
