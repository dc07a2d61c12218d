import { expect, test } from 'vitest';
import { explainConnectionError, withClient } from './connection.ts';

test('says what is wrong without the password', async () => {
  const failure = await withClient('postgresql://me:hush@127.0.0.1:1/shop', async () => {}).catch(String);
  expect(failure).toContain('postgresql://me:***@127.0.0.1:1/shop: nothing listens there');
  expect(failure).not.toContain('hush');
});

test('an error that nobody foresaw is told as it is', () => {
  expect(explainConnectionError(new Error('odd'), 'postgresql://h/db').message).toBe(
    'Cannot connect to the database postgresql://h/db: odd',
  );
});
