import { scopesOf } from '@meridian/users/identity/roles.rules';
import { demoViewers } from './demo/viewers.ts';
import type { DevIssuer } from './dev-issuer.ts';

export type DemoToken = { role: string; displayName: string; token: string };

/** A token for each demo viewer, ready to paste. */
export const demoTokens = (issuer: DevIssuer): Promise<DemoToken[]> =>
  Promise.all(
    demoViewers.map(async ({ role, userId, displayName }) => ({
      role,
      displayName,
      token: await issuer.token({ subject: userId, scopes: scopesOf([role]) }),
    })),
  );
