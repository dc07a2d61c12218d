import type { GraphQLFormattedError } from 'graphql';

/** Why a stream ended. Absent where the subgraph completed it. */
export type EndReason = readonly GraphQLFormattedError[];

/** @param resumeFrom the last cursor that was sent; undefined where none was */
export const tooSlow = (resumeFrom: string | undefined): EndReason => [
  {
    message: 'The client reads this stream too slowly; subscribe again, after the last cursor received',
    extensions: { code: 'SLOW_CONSUMER', ...(resumeFrom !== undefined && { resumeFrom }) },
  },
];

export const tokenExpired: EndReason = [
  {
    message: 'The token of this stream has expired; subscribe again with a new one',
    extensions: { code: 'UNAUTHENTICATED' },
  },
];

/** @param errors what is wrong with the operation on the new supergraph */
export const invalidated = (errors: EndReason): EndReason => [
  {
    message: `The API has changed and no longer takes this subscription: ${errors.map(({ message }) => message).join(' ')}`,
    extensions: { code: 'SUBSCRIPTION_INVALIDATED', errors },
  },
];
