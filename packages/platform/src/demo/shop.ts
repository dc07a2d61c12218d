import { idFromName } from '@meridian/kernel/ids';
import { assortment } from './assortment/assortment.ts';
import type { Department, Shelf } from './assortment/shelf.ts';
import { days } from './days.ts';
import { type Random, randomFrom } from './random.ts';

export type Category = { id: string; slug: string; name: string; parentId: string | null; position: number };
export type Variant = {
  id: string;
  productId: string;
  sku: string;
  productName: string;
  name: string;
  /** In euro cents. */
  priceMinor: bigint;
  weightGrams: number;
  onHand: number;
};
export type Product = {
  id: string;
  slug: string;
  name: string;
  description: string;
  categoryId: string;
  createdAt: Date;
  variants: [Variant, ...Variant[]];
};

export type Shop = { categories: Category[]; products: Product[] };

/** The tree of categories and a few hundred products in it. */
export function shop(now: Date): Shop {
  const categories = assortment.flatMap((department, i) => [
    {
      id: categoryId(department.name),
      slug: slug(department.name),
      name: department.name,
      parentId: null,
      position: i + 1,
    },
    ...department.shelves.map((shelf, j) => ({
      id: categoryId(shelf.name),
      slug: slug(shelf.name),
      name: shelf.name,
      parentId: categoryId(department.name),
      position: j + 1,
    })),
  ]);
  const products = assortment.flatMap((department) =>
    department.shelves.flatMap((shelf) =>
      shelf.materials.flatMap((material) =>
        shelf.forms.map((form) => product({ now, department, shelf, material, form })),
      ),
    ),
  );
  return { categories, products };
}

type Made = {
  now: Date;
  department: Department;
  shelf: Shelf;
  material: Shelf['materials'][number];
  form: Shelf['forms'][number];
};

function product({ now, department, shelf, material, form }: Made): Product {
  const name = `${material[0]} ${form[0]}`;
  const random = randomFrom(`product:${shelf.name}:${name}`);
  const id = idFromName('product', `demo:${shelf.name}:${name}`);
  const code = `${initials(department.name)}${initials(shelf.name)}-${initials(material[0])}${initials(form[0])}-${random.int(100, 999)}`;
  const variant = ([size, factor]: Shelf['sizes'][number], i: number): Variant => ({
    id: idFromName('variant', `demo:${shelf.name}:${name}:${size}`),
    productId: id,
    sku: `${code}-${i + 1}`,
    productName: name,
    name: size,
    priceMinor: shelfPrice(form[1] * material[1] * factor),
    weightGrams: Math.round(form[2] * factor),
    onHand: stock(random),
  });
  const [first = oneSize, ...others] = shelf.sizes;
  return {
    id,
    slug: slug(name),
    name,
    description: `${name} from our ${shelf.name.toLowerCase()} shelf. ${random.pick(promises)}`,
    categoryId: categoryId(shelf.name),
    createdAt: days(now, -random.int(200, 380), -random.int(0, 1_400)),
    variants: [variant(first, 0), ...others.map((size, i) => variant(size, i + 1))],
  };
}

const oneSize: Shelf['sizes'][number] = ['Standard', 1];

const promises = [
  'Made to be used every day, and to be repaired rather than replaced.',
  'Plain, sturdy, and better after a year than on the first day.',
  'Made in small batches by people who use it themselves.',
  'Comes in cardboard, without any plastic.',
  'Guaranteed for ten years.',
] as const;

const categoryId = (name: string): string => idFromName('category', `demo:${name}`);

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

const initials = (text: string): string =>
  text
    .split(/[^A-Za-z]+/)
    .map((word) => word.slice(0, 2).toUpperCase())
    .join('');

/** Up to 20 euros to a price that ends in 50 or 90 cents, above to one that ends in 9 euros. */
function shelfPrice(cents: number): bigint {
  if (cents < 2_000)
    return BigInt(Math.max(90, Math.round(cents / 50) * 50 - (Math.round(cents / 50) % 2 === 0 ? 10 : 0)));
  return BigInt(Math.max(1_900, Math.round(cents / 1_000) * 1_000 - 100));
}

/** One in twenty is sold out. */
const stock = (random: Random): number => (random.chance(0.05) ? 0 : random.int(5, 120));
