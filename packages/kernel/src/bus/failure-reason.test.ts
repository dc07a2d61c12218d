import { expect, test } from 'vitest';
import { failureReason } from './failure-reason.ts';

const data = { name: 'Zoë Doe (x)', at: { lat: 52.5163 }, tags: ['vip guest'] };

test('class, code and the first line of the text are kept', () => {
  const error = Object.assign(new TypeError('no column "seats_left"\nDETAIL: more'), { code: '42703' });
  expect(failureReason(error, { data })).toBe('TypeError 42703: no column "seats_left"');
  expect(failureReason(new Error('x'.repeat(900)), { data })).toHaveLength(200);
});

test('nothing personal of the event gets in', () => {
  const reason = (text: string) => failureReason(new Error(text), { data });
  expect(reason('bad name zoë doe (X) at 52.5163, VIP guest')).toBe('Error: bad name … at …, …');
  expect(reason('mail to zoe@example.org failed')).toBe('Error: mail to … failed');
  expect(reason('invalid input for uuid: "Other Text"')).toBe('Error: invalid input for uuid: "…"');
  expect(failureReason('Zoë', { data })).toBe('Something that is no error was thrown');
});
