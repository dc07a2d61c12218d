import { expect, test } from 'vitest';
import { isRole, roles, scopesOf } from './roles.rules.ts';

test('a customer needs no scope for their own things', () => {
  expect(scopesOf(['CUSTOMER'])).toEqual([]);
});

test('several roles add up, each scope once', () => {
  expect(scopesOf(['MERCHANT_ADMIN', 'SUPPORT', 'DRIVER'])).toEqual([
    'catalog:write',
    'driver',
    'inventory:write',
    'orders:read',
    'rides:read',
    'user:pii',
  ]);
});

test('the platform admin holds what anyone holds, and nothing that belongs to services', () => {
  const all = new Set(scopesOf(['PLATFORM_ADMIN']));
  for (const role of roles) for (const scope of scopesOf([role])) expect(all).toContain(scope);
  expect(all).toContain('fleet:read');
  expect(all).toContain('organisations:write');
  expect([...all].filter((scope) => scope.startsWith('service:'))).toEqual([]);
});

test('a role is known by its exact name', () => {
  expect(roles.every(isRole)).toBe(true);
  for (const name of ['customer', 'ROOT', '', 'constructor']) expect(isRole(name)).toBe(false);
});
