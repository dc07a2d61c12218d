import { idFromName } from '@meridian/kernel/ids';
import type { RoleName } from '@meridian/users/identity/roles.rules';

export type DemoViewer = { role: RoleName; userId: string; displayName: string };

const viewer = (role: RoleName, name: string, displayName: string): DemoViewer => ({
  role,
  userId: idFromName('user', `demo:${name}`),
  displayName,
});

/** Buys things; has orders, one of which is on its way. */
export const demoCustomer = viewer('CUSTOMER', 'customer', 'Nora Lindqvist');
/** Free, with the only premium car there is, so that whoever asks for a premium ride gets this driver. */
export const demoDriver = viewer('DRIVER', 'driver', 'Marc Ferrer');
export const demoMerchant = viewer('MERCHANT_ADMIN', 'merchant', 'Ada Okafor');
export const demoPartner = viewer('PARTNER', 'partner', 'Laia Tramuntana');

/** For which the demo partner listens. */
export const demoOrganisation = { id: idFromName('org', 'demo'), name: 'Tramuntana Logistics' };

/** Whom people try Meridian as; the ids never change. */
export const demoViewers: readonly DemoViewer[] = [demoCustomer, demoDriver, demoMerchant, demoPartner];
