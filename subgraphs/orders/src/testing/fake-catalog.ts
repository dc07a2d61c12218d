import type { LineSnapshot, StockRefusal } from '@meridian/contracts/catalog';
import { idFromName } from '@meridian/kernel/ids';
import type { SubgraphRequest, SubgraphTransport } from '@meridian/kernel/transport';
import type { StockLine } from '../catalog/catalog.ts';

type Variant = {
  id: string;
  name: string;
  priceMinor: number;
  currency: string;
  priceVersion: number;
  onHand: number;
};
const commands = ['variantsForCart', 'takeStock', 'returnStock'] as const;
type Command = (typeof commands)[number];
/** Those of the queries in catalog.ts; each has its own. */
type Variables = { ids: string[]; input: { orderId: string; lines: StockLine[] }; orderId: string };
type Take = { state: 'TAKEN' | 'RETURNED'; lines: LineSnapshot[] };

export const variantId = (name: string) => idFromName('variant', `fake:${name}`);

/** What happens around a command: `effect` carries it out. */
type Around = (command: Command, effect: () => object) => Promise<object>;
const goThrough: Around = async (_command, effect) => effect();

/** The catalog as orders knows it, in memory: the same commands with the same promises. */
export function fakeCatalog() {
  const variants = new Map<string, Variant>();
  const takes = new Map<string, Take>();
  const carriedOut: Command[] = [];

  const snapshot = ({ id, name, priceMinor, currency }: Variant, quantity: number): LineSnapshot => ({
    variantId: id,
    sku: `SKU-${name}`,
    productName: `Product ${name}`,
    variantName: name,
    quantity,
    unitPrice: { amountMinor: priceMinor, currency },
  });

  const refusal = (line: StockLine): StockRefusal | null => {
    const variant = variants.get(line.variantId);
    const about = { variantId: line.variantId, available: variant?.onHand ?? 0 };
    if (!variant) return { ...about, reason: 'UNKNOWN_VARIANT', currentPrice: null };
    const currentPrice = { amountMinor: variant.priceMinor, currency: variant.currency };
    if (variant.priceMinor !== line.expectedPriceMinor || variant.currency !== line.currency)
      return { ...about, reason: 'PRICE_CHANGED', currentPrice };
    return variant.onHand < line.quantity ? { ...about, reason: 'INSUFFICIENT_STOCK', currentPrice } : null;
  };

  const takeStock = (orderId: string, lines: readonly StockLine[]) => {
    const earlier = takes.get(orderId);
    if (earlier?.state === 'TAKEN') return { lines: earlier.lines, refusals: [] };
    const refusals = earlier
      ? lines.map(({ variantId }) => ({
          variantId,
          reason: 'INSUFFICIENT_STOCK',
          available: 0,
          currentPrice: null,
        }))
      : lines.flatMap((line) => refusal(line) ?? []);
    if (refusals.length > 0) return { lines: [], refusals };
    const taken = lines.map(({ variantId, quantity }) => snapshot(variants.get(variantId)!, quantity));
    for (const { variantId, quantity } of taken) variants.get(variantId)!.onHand -= quantity;
    takes.set(orderId, { state: 'TAKEN', lines: taken });
    return { lines: taken, refusals: [] };
  };

  const returnStock = (orderId: string) => {
    const take = takes.get(orderId);
    takes.set(orderId, { state: 'RETURNED', lines: [] });
    if (take?.state !== 'TAKEN') return { returned: false };
    for (const { variantId, quantity } of take.lines) variants.get(variantId)!.onHand += quantity;
    return { returned: true };
  };

  const variantsForCart = (ids: readonly string[]) =>
    ids.flatMap((id) => {
      const variant = variants.get(id);
      if (!variant) return [];
      const { sku, productName, unitPrice: price } = snapshot(variant, 1);
      return {
        id,
        sku,
        name: variant.name,
        product: { name: productName },
        price,
        priceVersion: variant.priceVersion,
      };
    });

  const carryOut = (command: Command, variables: Record<string, unknown>): object => {
    carriedOut.push(command);
    const { ids, input, orderId } = variables as Variables;
    if (command === 'takeStock') return { takeStock: takeStock(input.orderId, input.lines) };
    if (command === 'returnStock') return { returnStock: returnStock(orderId) };
    return { variantsForCart: variantsForCart(ids) };
  };

  let around = goThrough;
  const answer = async ({ query, variables = {} }: Pick<SubgraphRequest, 'query' | 'variables'>) => {
    const command = commands.find((name) => query.includes(`${name}(`));
    if (!command) throw new Error(`The catalog has no ${query}`);
    return { data: { ...(await around(command, () => carryOut(command, variables))) } };
  };

  return {
    /** Puts a variant up for sale. @returns its id */
    sell(name: string, { priceMinor = 1_000, onHand = 10, currency = 'EUR' } = {}): string {
      const id = variantId(name);
      variants.set(id, { id, name, priceMinor, currency, priceVersion: 1, onHand });
      return id;
    },
    setPrice(id: string, priceMinor: number): void {
      const variant = variants.get(id)!;
      variants.set(id, { ...variant, priceMinor, priceVersion: variant.priceVersion + 1 });
    },
    onHand: (id: string) => variants.get(id)!.onHand,
    restock: (id: string, more: number) => {
      variants.get(id)!.onHand += more;
    },
    /** Commands in the order in which they took effect. */
    carriedOut,
    /** From now on `what` happens around each command: it may fail, wait or kill, before or after the effect. */
    meddle: (what: Around) => {
      around = what;
    },
    /** Every command goes through again. */
    heal: () => {
      around = goThrough;
    },
    answer,
    transport: {
      execute: answer,
      subscribe: () => {
        throw new Error('Orders does not subscribe to the catalog');
      },
      close: async () => {},
    } satisfies SubgraphTransport,
  };
}

export type FakeCatalog = ReturnType<typeof fakeCatalog>;
