export type User = { id: string; name: string; email: string; city: string };
export type Product = { id: string; name: string; price: number; description: string; sellerId: string };
export type Order = {
  id: string;
  total: number;
  placedAt: string;
  userId: string;
  productId: string;
  rideId: string;
};
export type Ride = { id: string; status: string; distance: number; driverId: string };

const cities = ['Lisbon', 'Lyon', 'Leipzig', 'Lund', 'Łódź'];
const statuses = ['REQUESTED', 'ACCEPTED', 'PICKED_UP', 'COMPLETED'];
const hour = 3_600_000;

const pick = <Item>(items: readonly Item[], n: number): Item => {
  const item = items[n % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};
const row = <Row>(count: number, make: (n: number) => Row): readonly Row[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** The same rows in every process and every run. The steps are prime to the counts, so neighbours differ. */
export const users: readonly User[] = row(60, (n) => ({
  id: `user-${n}`,
  name: `User number ${n}`,
  email: `user.${n}@example.com`,
  city: pick(cities, n),
}));
export const products: readonly Product[] = row(90, (n) => ({
  id: `product-${n}`,
  name: `Product "${n}"`,
  price: 100 + ((n * 37) % 900),
  description: `What there is to say about product ${n}, in a sentence of the usual length.`,
  sellerId: `user-${(n * 7) % 60}`,
}));
export const rides: readonly Ride[] = row(240, (n) => ({
  id: `ride-${n}`,
  status: pick(statuses, n),
  distance: ((n * 13) % 200) / 10,
  driverId: `user-${(n * 11) % 60}`,
}));
export const orders: readonly Order[] = row(240, (n) => ({
  id: `order-${n}`,
  total: 1_000 + ((n * 91) % 5_000),
  placedAt: new Date(Date.UTC(2026, 0, 1) + n * hour).toISOString(),
  userId: `user-${(n * 13) % 60}`,
  productId: `product-${(n * 17) % 90}`,
  rideId: `ride-${n}`,
}));

const byId = <Row extends { id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((entry) => [entry.id, entry]));

export const userById = byId(users);
export const productById = byId(products);
export const orderById = byId(orders);
export const rideById = byId(rides);
export const ordersOfUser: ReadonlyMap<string, readonly Order[]> = Map.groupBy(
  orders,
  ({ userId }) => userId,
);
