import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canReach } from './account.ts';

let folder = '';
let file = '';
const stranger = { uid: 65534, gid: 65534 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-account-'));
  mkdirSync(join(folder, 'inner'), { mode: 0o755 });
  file = join(folder, 'inner/file');
  writeFileSync(file, '', { mode: 0o644 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('every folder on the way must let the user in', () => {
  expect(canReach(file, stranger)).toBe(false);
  chmodSync(folder, 0o711);
  expect(canReach(file, stranger)).toBe(true);
  chmodSync(file, 0o600);
  expect(canReach(file, stranger)).toBe(false);
});

test('for an owner the rights of owners count, and for ourselves all is well', () => {
  const { uid, gid } = statSync(file);
  expect(canReach(file, { uid, gid })).toBe(true);
  expect(canReach(file, undefined)).toBe(true);
});
