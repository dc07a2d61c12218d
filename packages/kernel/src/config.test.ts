import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, readConfig, redactConfig } from './config.ts';

const shape = {
  PORT: z.coerce.number().int(),
  DATABASE_URL: z.url({ protocol: /^postgres$/ }),
  VIEWER_SECRET: z.string().min(32),
};

const failure = (env: Record<string, string>): string => {
  try {
    readConfig(shape, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  return 'no ConfigError';
};

test('all bad settings are named at once, secrets and passwords without their values', () => {
  const message = failure({ PORT: 'x', DATABASE_URL: 'http://me:hunter2@host/db', VIEWER_SECRET: 'short' });
  expect(message).toContain('PORT "x"');
  expect(message).toContain('DATABASE_URL');
  expect(message).toContain('VIEWER_SECRET (hidden)');
  expect(message).not.toMatch(/hunter2|short/);
});

test('an empty setting counts as absent', () => {
  expect(failure({ PORT: '1', DATABASE_URL: '', VIEWER_SECRET: 'x'.repeat(32) })).toContain(
    'DATABASE_URL is not set',
  );
});

test('settings can be printed without secrets', () => {
  const printed = redactConfig({
    DATABASE_URL: 'postgres://me:hunter2@host/db',
    VIEWER_SECRET: 'abc',
    PORT: 1,
  });
  expect(printed).toEqual({ DATABASE_URL: 'postgres://me:***@host/db', VIEWER_SECRET: '(hidden)', PORT: 1 });
});
