import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { AdvanceRideInput } from '../generated/graphql.ts';
import { takeStep } from './take-step.ts';

/** The driver takes the ride a step on, from the version that they saw. */
export const advanceRide = (
  context: Pick<Context, 'db' | 'rows' | 'now'>,
  viewer: Viewer,
  input: AdvanceRideInput,
) => takeStep(context, viewer, 'DRIVER', 'advanceRide', input);
