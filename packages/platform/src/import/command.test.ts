import { expect, test } from 'vitest';
import { readCommand } from './command.ts';

test('which data, which file, which database', () => {
  expect(readCommand(['retail', 'a.csv'])).toEqual({
    do: 'import',
    dataset: 'retail',
    file: 'a.csv',
    databaseUrl: null,
  });
  expect(readCommand(['--database-url', 'postgres://x/y', 'trips', 'b.csv.gz'])).toMatchObject({
    dataset: 'trips',
    databaseUrl: 'postgres://x/y',
  });
  expect(readCommand(['--help'])).toEqual({ do: 'help' });
});

test.each([
  [[], /^Usage/],
  [['cars', 'a.csv'], /no import "cars", only retail and trips/],
  [['retail'], /Which file\?/],
  [['retail', 'a', 'b'], /One file at a time/],
  [['retail', 'a', '--fast'], /Unknown option '--fast'/],
])('%j is explained', (args, message) => {
  expect(() => readCommand(args)).toThrow(message);
});
