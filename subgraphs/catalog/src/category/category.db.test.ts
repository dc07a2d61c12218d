import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { expect, test } from 'vitest';
import { createCatalog } from '../subgraph.ts';
import { loadSample } from '../testing/sample.ts';

const catalog = useTestSubgraph({ name: 'catalog', create: createCatalog, seed: (pool) => loadSample(pool) });

test('the tree is walked down from the top and up from a leaf', async () => {
  const tree = await catalog.data(
    '{ categories { slug parent { id } children { slug parent { slug } ancestors { slug } } } }',
  );
  expect(tree.categories).toEqual([
    {
      slug: 'all',
      parent: null,
      children: [{ slug: 'tea', parent: { slug: 'all' }, ancestors: [{ slug: 'all' }] }],
    },
  ]);
  expect(await catalog.data('{ category(slug: "tea") { name } }')).toEqual({ category: { name: 'Tea' } });
});
