import { idFromName } from '@meridian/kernel/ids';
import { days } from './days.ts';
import { randomFrom } from './random.ts';
import type { Product } from './shop.ts';

export type Review = {
  id: string;
  productId: string;
  authorId: string;
  rating: number;
  body: string | null;
  createdAt: Date;
};

type Texts = readonly [string, ...string[]];
const good: Texts = [
  'Exactly what I hoped for.',
  'Better made than it looks in the pictures.',
  'I bought a second one for my mother.',
  'In daily use for three months, still like new.',
  'Simple, heavy, good.',
  'The colour is lovely, and it arrived the same afternoon.',
  'Worth the price. I stopped looking for alternatives.',
];
const fair: Texts = [
  'Fine, though a bit smaller than I thought.',
  'Does what it should, nothing more.',
  'Good quality, but the finish scratches easily.',
  'Nice, if you do not mind the weight.',
];
const poor: Texts = [
  'Arrived with a dent; the replacement was fine.',
  'Not for me. It went back.',
  'The idea is good, the seams are not.',
];

const weights = [1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5] as const;

/** What customers think of the products: none to ten reviews each, mostly kind, one per author. */
export function reviews(products: readonly Product[], authorIds: readonly string[], now: Date): Review[] {
  return products.flatMap(({ id: productId, slug }) => {
    const random = randomFrom(`reviews:${slug}`);
    return random.sample(authorIds, random.int(0, 10)).map((authorId) => {
      const rating = random.pick(weights);
      const text = random.pick(rating >= 4 ? good : rating === 3 ? fair : poor);
      return {
        id: idFromName('review', `demo:${productId}:${authorId}`),
        productId,
        authorId,
        rating,
        body: random.chance(0.85) ? text : null,
        createdAt: days(now, -random.int(1, 190), -random.int(0, 1_400)),
      };
    });
  });
}
