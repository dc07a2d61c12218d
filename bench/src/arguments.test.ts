import { UsageError } from '@meridian/kernel/command-line';
import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import { workloads } from './workloads.ts';

test('everything is measured unless something is named', () => {
  expect(readArguments([])).toMatchObject({ help: false, seconds: 5, rounds: 3, profile: undefined });
  expect(readArguments([]).workloads).toHaveLength(workloads.length);
});

test('what is named is what is measured', () => {
  const { workloads: chosen, ...rest } = readArguments(
    '--only large --seconds 0.5 --with services --profile oneProcess'.split(' '),
  );
  expect(chosen.map(({ name, contenders }) => [name, contenders])).toEqual([['large', ['services']]]);
  expect(rest).toMatchObject({ seconds: 0.5, profile: 'oneProcess' });
});

test.each([
  ['--only', 'constructor'],
  ['--with', 'toString'],
  ['--profile', 'nobody'],
  ['--seconds', '0'],
  ['--rounds', 'many'],
  ['--fast'],
])('%s %s is refused in words', (...argv) => {
  expect(() => readArguments(argv)).toThrow(UsageError);
  expect(() => readArguments(argv)).toThrow('--help');
});
