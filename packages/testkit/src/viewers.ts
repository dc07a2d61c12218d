import type { Viewer } from '@meridian/kernel/viewer';

/** Somebody who asks, for contexts made in tests. */
export const viewer = (id: string, scopes: readonly string[] = []): Viewer => ({
  id,
  scopes: new Set(scopes),
});
