import { AppError } from '@meridian/kernel/errors';
import { hasScope, requireViewer, type Viewer, type WithViewer } from '@meridian/kernel/viewer';

/** Sees the carts and orders of everyone. */
export const readScope = 'orders:read';

/** Whether the viewer may see what this buyer has in the cart and what they ordered. */
export const maySee = (viewer: Viewer | null, buyerId: string): boolean =>
  viewer?.id === buyerId || hasScope(viewer, readScope);

/** @throws UNAUTHENTICATED or FORBIDDEN unless the viewer may see what this buyer buys. */
export function requireSight(context: WithViewer, buyerId: string): void {
  const viewer = requireViewer(context);
  if (!maySee(viewer, buyerId))
    throw new AppError('FORBIDDEN', 'Carts and orders are for their buyer to see', { requires: readScope });
}
