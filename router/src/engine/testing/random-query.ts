import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** Variables that random queries use; `$yes` and `$no` are what they are called. */
export const variables = {
  ...{ yes: true, no: false, currency: 'EUR', first: 1, mood: 'LOUD' },
  match: { text: 'b', mood: 'CALM' },
};

const types = {
  ...{ yes: 'Boolean!', no: 'Boolean!', currency: 'String', first: 'Int', match: 'Filter' },
  mood: 'Mood',
};

/**
 * Writes a query by decisions read from a tape: zeros, which a short tape runs out into, give the simplest one, so that
 * shrinking the tape simplifies the query. Not all of them are valid.
 * @param plain without aliases and conditions
 * @param mutates with mutations at its root
 */
export function randomQuery(
  schema: GraphQLSchema,
  tape: readonly number[],
  {
    depth = 6,
    plain = false,
    mutates = false,
  }: { depth?: number; plain?: boolean; mutates?: boolean | undefined } = {},
): string {
  let at = 0;
  let fragments = 0;
  const definitions: string[] = [];
  const choose = (count: number) => (count > 1 ? (tape[at++] ?? 0) % count : 0);

  function selectionSet(type: GraphQLNamedType, level: number): string {
    const selections = Array.from({ length: 1 + choose(4) }, () => selection(type, level));
    return `{ ${selections.join(' ')} }`;
  }

  function selection(type: GraphQLNamedType, level: number): string {
    const kind = choose(isAbstractType(type) ? 4 : 7);
    if (kind === 1 && level > 0) return fragment(narrower(type), level - 1);
    if (kind === 2 && isAbstractType(type) && level > 0) return fragment(narrower(type), level - 1);
    if (kind === 3) return `${!plain && choose(2) ? 'kind: ' : ''}__typename${condition()}`;
    if (!isObjectType(type) && !isInterfaceType(type)) return '__typename';
    const fields = Object.values(type.getFields()).filter((field) => level > 0 || !isComposite(field));
    const field = fields[choose(fields.length)];
    return field ? fieldOf(field, level) : '__typename';
  }

  function fieldOf(field: GraphQLField<unknown, unknown>, level: number): string {
    const alias = plain
      ? ''
      : ['', '', '', 'a: ', `as_${getNamedType(field.type).name}: `, 'id: '][choose(6)];
    const inner = isComposite(field) ? ` ${selectionSet(getNamedType(field.type), level - 1)}` : '';
    return `${alias}${field.name}${args(field)}${condition()}${inner}`;
  }

  function args({ args: [argument] }: GraphQLField<unknown, unknown>): string {
    if (argument?.name === 'currency')
      return ['', '(currency: "USD")', '(currency: $currency)'][choose(3)] ?? '';
    if (argument?.name === 'match') return ['', '(match: { text: "a" })', '(match: $match)'][choose(3)] ?? '';
    if (argument?.name === 'mood') return ['', '(mood: LOUD)', '(mood: $mood)'][choose(3)] ?? '';
    return ['', '(first: 1)', '(first: $first)'][argument ? choose(3) : 0] ?? '';
  }

  function condition(): string {
    if (plain) return '';
    const all = [
      '',
      '',
      '',
      '',
      '',
      '',
      ' @include(if: $yes)',
      ' @skip(if: $no)',
      ' @include(if: $no)',
      ' @skip(if: $yes)',
    ];
    return all[choose(all.length)] ?? '';
  }

  function fragment(type: GraphQLNamedType, level: number): string {
    const set = selectionSet(type, level);
    if (choose(3) > 0) return `... on ${type.name}${condition()} ${set}`;
    const name = `F${fragments++}`;
    definitions.push(`fragment ${name} on ${type.name} ${set}`);
    return `...${name}${condition()}`;
  }

  /** A type that some object of this type may be of, or the type itself. */
  function narrower(type: GraphQLNamedType): GraphQLNamedType {
    if (isAbstractType(type)) {
      const types = [...schema.getPossibleTypes(type), type];
      return types[choose(types.length)] ?? type;
    }
    const types = isObjectType(type) ? [type, ...type.getInterfaces()] : [type];
    return types[choose(types.length)] ?? type;
  }

  const root = mutates ? schema.getMutationType() : schema.getQueryType();
  if (!root) throw new Error(`the schema has no ${mutates ? 'mutations' : 'queries'}`);
  const text = [selectionSet(root, depth), ...definitions].join('\n');
  const used = Object.entries(types).filter(([name]) => text.includes(`$${name}`));
  const header = used.map(([name, type]) => `$${name}: ${type}`).join(', ');
  return `${mutates ? 'mutation' : 'query'} Random${header && `(${header})`} ${text}`;
}

const isComposite = ({ type }: GraphQLField<unknown, unknown>) => isCompositeType(getNamedType(type));

/**
 * The query with another alias where one is the name of a key. The planner of `@apollo/gateway` takes what is under that
 * for the key.
 */
export const withoutKeyAliases = (query: string): string => query.replaceAll(' id: ', ' b: ');
