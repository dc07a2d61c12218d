import { hasScope, type Viewer } from '@meridian/kernel/viewer';

/** With it people enter organisations and say who belongs to them. */
export const organisationScope = 'organisations:write';
/** With it members of an organisation listen to events. */
export const partnerScope = 'partner:events';

/** Whether this viewer, of that membership, may see an organisation. */
export const maySeeOrganisation = (
  viewer: Viewer | null,
  membership: { organisationId: string } | null,
  { id }: { id: string },
): boolean => membership?.organisationId === id || hasScope(viewer, organisationScope);
