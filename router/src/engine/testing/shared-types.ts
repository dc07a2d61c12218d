/* Types of random supergraphs that every subgraph has, though not all know the same of them. */

const common = `
  enum Color { RED GREEN }
  type Box @shareable { width: Int  label: String!  lid: Lid }
  type Lid @shareable { color: Color }
  type Tag @shareable { code: String! }`;

/** Clients may give what all subgraphs take, and are given what any gives. */
const differing = {
  a: `
  enum Mood { CALM LOUD WILD }
  input Filter { text: String  mood: Mood  limit: Int }
  enum Shade { DARK }`,
  other: `
  enum Mood { CALM LOUD }
  input Filter { text: String  mood: Mood }
  enum Shade { DARK PALE }`,
};

/** What all subgraphs have, as this one knows it. */
export const sharedTypes = (subgraph: string): string =>
  common + (subgraph === 'a' ? differing.a : differing.other);

/** The shades that all of these give. */
export const shadesOf = (subgraphs: readonly string[]): readonly string[] =>
  subgraphs.includes('a') ? ['DARK'] : ['DARK', 'PALE'];

/** Types of fields that any subgraph can give. */
export const scalars: readonly [string, ...string[]] = [
  ...(['String', 'Int', 'Boolean', 'Float', 'Color', 'Shade', '[Int!]', '[[String]!]', '[Shade]'] as const),
];

/** Arguments of fields; those that clients do not see have no default, which would tell. */
export const argumentsOfFields: readonly [string, ...string[]] = [
  ...(['', '', '', ''] as const),
  '(first: Int)',
  '(currency: String = "EUR")',
  '(match: Filter)',
  '(mood: Mood)',
  '(first: Int @inaccessible)',
];

/** Ways of giving these in a `@requires`. */
export function argumentsGiven(written: string): readonly [string, ...string[]] {
  if (written === '') return [''];
  if (written.includes('mood')) return ['', '(mood: CALM)', '(mood: LOUD)'];
  if (written.includes('first')) return ['', '(first: 1)', '(first: 2)'];
  if (written.includes('currency')) return ['', '(currency: "USD")', '(currency: "EUR")'];
  return ['', '(match: { text: "a" })', '(match: { text: "b", mood: CALM })'];
}
