import { z } from 'zod';
import { priceChanged, stockChanged } from './catalog.ts';
import { contract } from './contract.ts';
import { orderCancelled, orderPlaced, orderStatusChanged } from './orders.ts';
import { rideStatusChanged } from './rides.ts';

/** An organisation hears that one of its endpoints gets no more events; the platform tells it, no other subgraph. */
export const webhookDisabled = contract('webhook.disabled.v1', {
  endpointId: z.string().describe('The endpoint'),
  reason: z.enum(['FAILING', 'GONE']).describe('Why: it failed for days, or it answered 410'),
  failingSince: z.iso
    .datetime()
    .nullable()
    .describe('When the first attempt failed after which none succeeded'),
});

/** A type of event as partners get it. */
export type PartnerEventType = {
  type: string;
  description: string;
  /** Every partner, or the organisations that the people of the event belong to. */
  seenBy: 'everyone' | 'organisations';
  /** What partners get of the data; members that it does not name are left out. */
  schema: z.ZodObject;
  /** Ids of the people whom it concerns. */
  peopleOf: (data: unknown) => string[];
};

type Definition<Data extends z.ZodObject> = {
  description: string;
  people?: (data: z.output<Data>) => (string | null)[];
  schema?: z.ZodObject;
};

function partnerEvent<Data extends z.ZodObject>(
  { type, schema }: { type: string; schema: Data },
  { description, people, schema: shown = schema }: Definition<Data>,
): PartnerEventType {
  return {
    type,
    description,
    seenBy: people ? 'organisations' : 'everyone',
    schema: shown,
    peopleOf: (data) => {
      const ids = people?.(schema.parse(data)) ?? [];
      return [...new Set(ids.filter((id) => id !== null))];
    },
  };
}

/** Everything that partners can hear of. The data carries ids, no names, addresses or positions. */
export const partnerEventTypes: readonly PartnerEventType[] = [
  partnerEvent(orderPlaced, {
    description: 'A member placed an order and its stock is taken.',
    people: ({ customerId }) => [customerId],
  }),
  partnerEvent(orderCancelled, {
    description: 'An order of a member, placed before, was taken back.',
    people: ({ customerId }) => [customerId],
    // The reason is in the customer's own words.
    schema: orderCancelled.schema.omit({ reason: true }),
  }),
  partnerEvent(orderStatusChanged, {
    description: 'An order of a member moved on.',
    people: ({ customerId }) => [customerId],
  }),
  partnerEvent(rideStatusChanged, {
    description: 'A ride of a member, as rider or as driver, began or moved on.',
    people: ({ riderId, driverUserId }) => [riderId, driverUserId],
  }),
  partnerEvent(priceChanged, { description: 'A variant has another price.' }),
  partnerEvent(stockChanged, {
    description: 'There is more or less of a variant.',
    // The reason names orders.
    schema: stockChanged.schema.omit({ reason: true }),
  }),
  partnerEvent(webhookDisabled, {
    description:
      'Events are no longer posted to an endpoint of the organisation, because its receiver failed.',
    people: () => [],
  }),
];

const byType = new Map(partnerEventTypes.map((known) => [known.type, known]));

/** The partner event of this type; undefined when partners hear of none such. */
export const partnerEventType = (type: string): PartnerEventType | undefined => byType.get(type);
