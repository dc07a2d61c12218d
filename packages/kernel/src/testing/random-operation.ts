import {
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
} from 'graphql';
import { pick, type Random, samples } from './random.ts';

export type RandomOperation = { query: string; variables: Record<string, unknown> };

/** An operation that is valid as a rule, of so many levels. */
export function randomOperation(
  schema: GraphQLSchema,
  kind: 'query' | 'mutation',
  random: Random,
  depth = 4,
): RandomOperation {
  const declared: string[] = ['$yes: Boolean! = true', '$no: Boolean! = false', '$maybe: Boolean!'];
  const variables: Record<string, unknown> = { maybe: random.chance(50) };
  const fragments: string[] = [];
  let names = 0;

  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  if (!root) throw new Error(`The schema has no ${kind}`);
  const selection = selectionOf(root, depth);
  const guards =
    'guard: __typename @skip(if: $yes) @include(if: $no) unguarded: __typename @include(if: $maybe)';
  const query = `${kind} Random(${declared.join(', ')}) { ${guards} ${selection} }\n${fragments.join('\n')}`;
  return { query, variables };

  function selectionOf(type: GraphQLCompositeType, depth: number): string {
    const parts: string[] = random.chance(25) ? ['__typename'] : [];
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    for (let left = 1 + random.below(4); left > 0; left--) {
      const field = pick(random, fields);
      if (!field) break;
      const target = getNamedType(field.type);
      if (isCompositeType(target) && depth === 0) continue;
      const given = field.args
        .filter(
          ({ type: wanted, defaultValue }) =>
            random.chance(40) || (isNonNullType(wanted) && defaultValue === undefined),
        )
        .map(({ name, type: wanted }) => `${name}: ${argumentFor(wanted)}`);
      const alias = aliasOf(target.name, given.length > 0);
      const subfields = isCompositeType(target) ? ` { ${selectionOf(target, depth - 1)} }` : '';
      parts.push(
        `${alias}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${condition()}${subfields}`,
      );
    }
    if (isAbstractType(type) || random.chance(20)) parts.push(...fragmentsOf(type, depth));
    return parts.length > 0 ? parts.join(' ') : '__typename';
  }

  /** Names that are used again clash as a rule, and not where types differ. */
  function aliasOf(type: string, hasArguments: boolean): string {
    if (random.chance(10)) return random.chance(50) ? `as_${type}: ` : 'a: ';
    return (hasArguments ? !random.chance(5) : random.chance(10)) ? `f${names++}: ` : '';
  }

  function fragmentsOf(type: GraphQLCompositeType, depth: number): string[] {
    const possible = isAbstractType(type) ? [...schema.getPossibleTypes(type), type] : [type];
    return Array.from({ length: 1 + random.below(2) }, () => {
      const on = pick(random, possible) ?? type;
      const body = selectionOf(on, depth);
      if (random.chance(60)) return `... on ${on.name}${condition()} { ${body} }`;
      const name = `F${names++}`;
      fragments.push(`fragment ${name} on ${on.name} { ${body} }`);
      return `...${name}${condition()}${random.chance(30) ? ` ...${name}` : ''}`;
    });
  }

  function condition(): string {
    if (!random.chance(20)) return '';
    return ` @${pick(random, ['skip', 'include'])}(if: ${pick(random, ['$yes', '$no', '$maybe', 'true', 'false'])})`;
  }

  function argumentFor(type: GraphQLInputType): string {
    const value = inputFor(type, 2);
    if (random.chance(30) && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
    const name = `v${names++}`;
    declared.push(`$${name}: ${type}`);
    variables[name] = value;
    return `$${name}`;
  }

  function inputFor(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return random.chance(2) ? null : inputFor(type.ofType, depth);
    if (isListType(type)) return [inputFor(type.ofType, depth)];
    if (isEnumType(type)) return pick(random, type.getValues())?.name;
    if (!isInputObjectType(type)) return random.chance(3) ? { wrong: type.name } : samples[type.name];
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || (depth > 0 && random.chance(40)),
    );
    return Object.fromEntries(fields.map((field) => [field.name, inputFor(field.type, depth - 1)]));
  }
}
