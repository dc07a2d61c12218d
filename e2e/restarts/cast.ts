import { randomUUID } from 'node:crypto';
import { demoMerchant, demoOrganisation, demoPartner } from '@meridian/platform/demo/viewers';
import type { Meridian, Who } from '../meridian.ts';

export const merchant: Who = {
  subject: demoMerchant.userId,
  scopes: ['catalog:write', 'inventory:write', 'orders:read'],
};
export const dispatcher: Who = { subject: demoMerchant.userId, scopes: ['rides:read'] };
export const partner: Who = { subject: demoPartner.userId, scopes: ['partner:events'] };
const operator: Who = { subject: demoMerchant.userId, scopes: ['organisations:write'] };

export type Cast = {
  /** Variants whose prices and stock change. */
  changing: string[];
  /** Variants that are bought. */
  bought: string[];
  /** People who buy, and people who ride, none of whom has ever done so; all of the partner's organisation. */
  buyers: Who[];
  riders: { who: Who; pickup: { latitude: number; longitude: number } }[];
};

/** Picks them from the demo data, and has the people join the organisation. */
export async function chooseCast({ data, pools }: Meridian): Promise<Cast> {
  const { products } = await data(
    '{ products(sort: NAME, filter: { inStock: true }, first: 6) { nodes { variants { id } } } }',
  );
  const variants: string[] = products.nodes.map(
    (node: { variants: { id: string }[] }) => node.variants[0]?.id,
  );
  const { rows: carts } = await pools.orders.query('SELECT owner_id FROM carts');
  const { rows: rides } = await pools.rides.query('SELECT rider_id FROM rides');
  const { rows: people } = await pools.users.query<{ id: string }>(
    "SELECT id FROM users WHERE roles::text[] = '{CUSTOMER}' AND id <> ALL ($1) ORDER BY id LIMIT 8",
    [[...carts.map((cart) => cart.owner_id), ...rides.map((ride) => ride.rider_id)]],
  );
  const { rows: pickups } = await pools.rides.query<{ latitude: number; longitude: number }>(
    `SELECT latitude::float8, longitude::float8 FROM drivers JOIN driver_positions ON driver_id = id
     WHERE status = 'AVAILABLE' AND class = 'ECONOMY' ORDER BY id LIMIT 4`,
  );
  for (const { id } of people) {
    const { setOrganisationMember } = await data(
      'mutation ($input: SetOrganisationMemberInput!) { setOrganisationMember(input: $input) { userErrors { message } } }',
      {
        input: {
          organisationId: demoOrganisation.id,
          userId: id,
          role: 'MEMBER',
          idempotencyKey: randomUUID(),
        },
      },
      operator,
    );
    if (setOrganisationMember.userErrors.length > 0) throw new Error(JSON.stringify(setOrganisationMember));
  }
  const whos = people.map(({ id }): Who => ({ subject: id }));
  return {
    changing: variants.slice(0, 4),
    bought: variants.slice(4),
    buyers: whos.slice(0, 4),
    riders: pickups.map((pickup, i) => ({ who: whos[4 + i] ?? { subject: '' }, pickup })),
  };
}
