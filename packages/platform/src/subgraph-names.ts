/** In the order in which they start: each calls only those before it. */
export const subgraphNames = ['users', 'catalog', 'orders', 'rides'] as const;
export type SubgraphName = (typeof subgraphNames)[number];
export type BySubgraph<Value> = Record<SubgraphName, Value>;

/** The same question for each subgraph, asked at once. */
export async function forEachSubgraph<Value>(
  ask: (name: SubgraphName) => Promise<Value>,
): Promise<BySubgraph<Value>> {
  const [users, catalog, orders, rides] = await Promise.all([
    ask('users'),
    ask('catalog'),
    ask('orders'),
    ask('rides'),
  ]);
  return { users, catalog, orders, rides };
}
