/** The capacities of the schema's `Role`. */
export const roles = [
  'CUSTOMER',
  'DRIVER',
  'SUPPORT',
  'MERCHANT_ADMIN',
  'PLATFORM_ADMIN',
  'PARTNER',
] as const;
export type RoleName = (typeof roles)[number];

export const isRole = (name: string): name is RoleName => roles.some((role) => role === name);

const scopesByRole: Record<Exclude<RoleName, 'PLATFORM_ADMIN'>, readonly string[]> = {
  CUSTOMER: [],
  DRIVER: ['driver'],
  SUPPORT: ['user:pii', 'orders:read', 'rides:read'],
  MERCHANT_ADMIN: ['catalog:write', 'inventory:write', 'orders:read'],
  PARTNER: ['partner:events'],
};

/** Where every driver is, and who acts for which organisation, is for the platform's own people alone. */
const platformScopes = ['fleet:read', 'organisations:write'];
const allScopes = [...new Set([...Object.values(scopesByRole).flat(), ...platformScopes])].sort();

/** The scopes that a token for someone in these roles carries, sorted, each once. */
export function scopesOf(held: readonly RoleName[]): readonly string[] {
  const scopes = held.flatMap((role) => (role === 'PLATFORM_ADMIN' ? allScopes : scopesByRole[role]));
  return [...new Set(scopes)].sort();
}
