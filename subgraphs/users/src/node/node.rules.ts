/** Which type an id names, by its prefix: the one table of it. A new entity anywhere in the graph is a line here. */
const typesByPrefix = new Map([
  ['user', 'User'],
  ['category', 'Category'],
  ['product', 'Product'],
  ['variant', 'ProductVariant'],
  ['review', 'Review'],
  ['cart', 'Cart'],
  ['order', 'Order'],
  ['driver', 'Driver'],
  ['ride', 'Ride'],
  ['quote', 'RideQuote'],
  ['org', 'Organisation'],
  ['webhook', 'WebhookEndpoint'],
] as const);

export type NodeType = typeof typesByPrefix extends Map<string, infer Type> ? Type : never;

/** Enough to name an entity; the subgraph that owns it knows the rest. */
export type NodeRef = { __typename: NodeType; id: string };

const prefixes: ReadonlyMap<string, NodeType> = typesByPrefix;

/** The type that ids with this prefix are of; null when there is none. */
export const typeOfPrefix = (prefix: string | null): NodeType | null =>
  (prefix !== null && prefixes.get(prefix)) || null;
