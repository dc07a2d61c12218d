import { readFileSync } from 'node:fs';
import { type WorldSupergraph, worldSupergraph } from '@meridian/router/engine/testing/world-supergraph';
import { fromRoot } from '../root.ts';
import { subgraphNames } from '../subgraph-names.ts';

const entities = [
  ...['User', 'Organisation', 'WebhookEndpoint', 'Category', 'Product', 'ProductVariant', 'Review'],
  ...['Cart', 'Order', 'Driver', 'Ride', 'RideQuote'],
];

const refusedBy = {
  users: ['InvalidInputError'],
  catalog: ['InvalidInputError', 'InsufficientStockError', 'StaleVersionError'],
  orders: [
    ...['InvalidInputError', 'InsufficientStockError', 'PriceChangedError', 'OrderNotCancellableError'],
  ],
  rides: [
    ...['InvalidInputError', 'StaleVersionError', 'QuoteExpiredError', 'NoDriversError'],
    ...['RideInProgressError', 'InvalidTransitionError'],
  ],
};

const payloads = {
  users: ['User', 'Organisation', 'WebhookEndpoint', 'WebhookSecret'],
  catalog: ['Variant'],
  orders: ['Cart', 'Order'],
  rides: ['Ride', 'ReportLocations'],
};

/**
 * The composed supergraph of the four subgraphs, on a made-up world: whatever has the same schema answers the same, be it
 * behind an executor or merged into one.
 */
export function meridianWorld(): WorldSupergraph {
  return worldSupergraph({
    schemas: Object.fromEntries(
      subgraphNames.map((name) => [name, readFileSync(fromRoot(`subgraphs/${name}/schema.graphql`), 'utf8')]),
    ),
    sound: /^(id|weightGrams)$/,
    entities,
    possible: {
      Node: entities,
      ...Object.fromEntries(
        subgraphNames.flatMap((name) =>
          payloads[name].map((payload) => [`${payload}Payload.userErrors`, refusedBy[name]]),
        ),
      ),
    },
    fixed: {
      id: (id) => id,
      // Each subgraph has codes of its own.
      code: () => 'INVALID',
      'PartnerEvent.data': (id) => ({ of: id, lines: [{ id: 1 }, { id: null }] }),
    },
    requires: { 'ProductVariant.shippingEstimate': { weightGrams: true } },
  });
}
