import { expect, test } from 'vitest';
import { databaseOf, subgraphUrl, withDatabase } from './subgraph-url.ts';

const admin = 'postgresql://owner:p%40ss@db.example:6432/shop?sslmode=require';

test('keeps server, database and options, and changes who logs in', () => {
  const url = new URL(subgraphUrl(admin, 'users'));
  expect(url.username).toBe('meridian_users');
  expect(url.password).toMatch(/^[0-9a-f]{64}$/);
  expect(url.host + url.pathname + url.search).toBe('db.example:6432/shop?sslmode=require');
});

test('each role and each secret has a password of its own, the same in every process', () => {
  const password = (subgraph: string, secret?: string) =>
    new URL(subgraphUrl(admin, subgraph, secret)).password;
  expect(password('users')).toBe(password('users'));
  expect(password('users')).toBe(password('users', 'p@ss'));
  expect(password('users')).not.toBe(password('orders'));
  expect(password('users')).not.toBe(password('users', 'other'));
});

test('without a password there is nothing to derive from', () => {
  expect(() => subgraphUrl('postgresql://owner@localhost/shop', 'users')).toThrow('Set USERS_DATABASE_URL');
  expect(subgraphUrl('postgresql://owner@localhost/shop', 'users', 'secret')).toContain('meridian_users:');
});

test('names of databases survive the URL', () => {
  expect(databaseOf(withDatabase(admin, 'my shop/1'))).toBe('my shop/1');
});
