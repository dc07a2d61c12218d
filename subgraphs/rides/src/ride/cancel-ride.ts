import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { CancelRideInput } from '../generated/graphql.ts';
import { takeStep } from './take-step.ts';

/** The rider calls the ride off, whatever its version. */
export const cancelRide = (
  context: Pick<Context, 'db' | 'rows' | 'now'>,
  viewer: Viewer,
  input: CancelRideInput,
) => takeStep(context, viewer, 'RIDER', 'cancelRide', { ...input, to: 'CANCELLED_BY_RIDER' });
