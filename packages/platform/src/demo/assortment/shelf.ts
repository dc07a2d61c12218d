/** What a shelf of the demo shop holds: every material in every form, each in every size. */
export type Shelf = {
  name: string;
  /** With a factor on the price. */
  materials: readonly (readonly [name: string, factor: number])[];
  /** With the price in euro cents and the weight in grams of the smallest size. */
  forms: readonly (readonly [name: string, priceMinor: number, grams: number])[];
  /** With a factor on price and weight; one size needs no name. */
  sizes: readonly (readonly [name: string, factor: number])[];
};

export type Department = { name: string; shelves: readonly Shelf[] };

export const oneSize = [['Standard', 1]] as const;
export const clothes = [
  ['S', 1],
  ['M', 1],
  ['L', 1],
  ['XL', 1.1],
] as const;
