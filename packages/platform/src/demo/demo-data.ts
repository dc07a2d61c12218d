import { type Driver, drivers } from './drivers.ts';
import { type Order, orders } from './orders.ts';
import { customerId, type Person, people } from './people.ts';
import { type Review, reviews } from './reviews.ts';
import { type Ride, rides } from './rides.ts';
import { type Shop, shop } from './shop.ts';
import { demoCustomer } from './viewers.ts';

export type DemoData = Shop & {
  people: Person[];
  reviews: Review[];
  orders: Order[];
  drivers: Driver[];
  rides: Ride[];
};

const sizes = { customers: 200, drivers: 40 };

/** Everything that a first look at Meridian needs: the same for the same `now`, whoever asks. */
export function demoData(now: Date): DemoData {
  const { categories, products } = shop(now);
  const variants = products.flatMap((product) => product.variants);
  const customerIds = Array.from({ length: sizes.customers }, (_, i) => customerId(i));
  const placed = orders(variants, { demoCustomerId: demoCustomer.userId, customerIds, now });
  const fleet = drivers(sizes.drivers, now);
  return {
    categories,
    products,
    people: people({ now, ...sizes }),
    reviews: reviews(products, customerIds, now),
    orders: placed,
    drivers: fleet,
    rides: rides(fleet, placed, customerIds, now),
  };
}
