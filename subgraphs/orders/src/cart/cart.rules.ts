import { type Money, money } from '@meridian/kernel/money';
import { invalidInput, type UserErrorData, unknownEntity } from '@meridian/kernel/user-errors';
import type { VariantForCart } from '../catalog/catalog.ts';

/** As many lines as the catalog takes from stock at once. */
export const mostLines = 100;
/** More of one thing is a matter for sales, not for a shop. */
export const mostOfOne = 9_999;

type Line = { variantId: string; quantity: number; unitPriceMinor: bigint; currency: string };
type Asked = { variantId: string; quantity: number };

/** A line as it is to stand in the cart. */
export type LineInCart = Line & {
  sku: string;
  productName: string;
  variantName: string;
  priceVersion: number;
};

/**
 * Adds to a cart, at the prices of now.
 * @returns the lines that change, or why none does: everything that is wrong, by line
 */
export function addToCart(
  cart: readonly Line[],
  asked: readonly Asked[],
  variants: ReadonlyMap<string, VariantForCart>,
): { changed: LineInCart[]; userErrors: UserErrorData[] } {
  const before = new Map(cart.map((line) => [line.variantId, line]));
  const changed: LineInCart[] = [];
  const userErrors: UserErrorData[] = [];
  for (const [index, { variantId, quantity }] of asked.entries()) {
    const path = ['lines', String(index)];
    const variant = variants.get(variantId);
    if (!variant) {
      userErrors.push(unknownEntity(`There is no variant ${variantId}`, ...path, 'variantId'));
      continue;
    }
    const inCart = quantity + (before.get(variantId)?.quantity ?? 0);
    const because = whyNotSoMany(inCart, ...path, 'quantity');
    if (because) userErrors.push(because);
    else changed.push(lineOf(variant, inCart));
  }
  const because = userErrors.length === 0 ? whyNotTogether(merge(before, changed)) : null;
  if (because) userErrors.push(because);
  return userErrors.length > 0 ? { changed: [], userErrors } : { changed, userErrors };
}

/** Why there cannot be so many on one line; null when there can. */
export const whyNotSoMany = (quantity: number, ...path: string[]) =>
  quantity <= mostOfOne ? null : invalidInput(`There can be at most ${mostOfOne} of one variant`, ...path);

/** Why the cart cannot be ordered as the buyer saw it; null when it can. */
export function whyNotOrderable(
  lines: readonly Line[],
  expectedSubtotalMinor: number | null | undefined,
): UserErrorData | null {
  if (lines.length === 0)
    return { ...invalidInput('The cart is empty: put something into it first'), path: null };
  const because = whyNotTogether(lines);
  if (because) return because;
  const subtotal = sumOf(lines);
  if (expectedSubtotalMinor == null || BigInt(expectedSubtotalMinor) === subtotal) return null;
  return {
    __typename: 'InvalidInputError',
    code: 'CART_CHANGED',
    message: `The cart costs ${subtotal} minor units now, not ${expectedSubtotalMinor}; look at it again`,
    path: ['expectedSubtotalMinor'],
  };
}

/** What the cart costs; null when it is empty, or when new prices put several currencies into it. */
export function subtotalOf(lines: readonly Line[]): Money | null {
  const [first] = lines;
  if (!first || lines.some(({ currency }) => currency !== first.currency)) return null;
  return money(sumOf(lines), first.currency);
}

/** What lines cost together, in minor units. */
export const sumOf = (lines: readonly Pick<Line, 'quantity' | 'unitPriceMinor'>[]): bigint =>
  lines.reduce((sum, { quantity, unitPriceMinor }) => sum + BigInt(quantity) * unitPriceMinor, 0n);

function whyNotTogether(lines: readonly Line[]): UserErrorData | null {
  if (lines.length > mostLines) return invalidInput(`A cart holds at most ${mostLines} variants`, 'lines');
  const currencies = new Set(lines.map(({ currency }) => currency));
  if (currencies.size > 1)
    return invalidInput(
      `An order is in one currency, and these are in ${[...currencies].sort().join(' and ')}: order them separately`,
      'lines',
    );
  if (sumOf(lines) > Number.MAX_SAFE_INTEGER)
    return invalidInput('That is more than one order can cost', 'lines');
  return null;
}

const merge = (before: ReadonlyMap<string, Line>, changed: readonly Line[]): Line[] => [
  ...new Map([...before, ...changed.map((line) => [line.variantId, line] as const)]).values(),
];

const lineOf = (
  { id, sku, name, product, price, priceVersion }: VariantForCart,
  quantity: number,
): LineInCart => ({
  variantId: id,
  sku,
  productName: product.name,
  variantName: name,
  quantity,
  unitPriceMinor: BigInt(price.amountMinor),
  currency: price.currency,
  priceVersion,
});
