import { expect, test } from 'vitest';
import { readCommand, usage } from './command.ts';

const id = '00000000-02ec-8a1b-82c3-00000000001f';

test('reads what is to be done', () => {
  expect(readCommand(['status'])).toEqual({ do: 'status', databaseUrl: null });
  expect(readCommand(['parked', '--database-url', 'postgres://x'])).toEqual({
    do: 'parked',
    databaseUrl: 'postgres://x',
  });
  expect(readCommand(['replay', id])).toEqual({ do: 'replay', id, databaseUrl: null });
  expect(readCommand(['replay', '--all'])).toEqual({ do: 'replay', id: null, databaseUrl: null });
  expect(readCommand(['--help'])).toEqual({ do: 'help' });
});

test.each([
  [[], 'Usage'],
  [['park'], 'There is no command "park".'],
  [['status', 'now'], '"status" takes nothing more.'],
  [['parked', '--all'], '"parked" takes nothing more.'],
  [['replay'], 'Replay what?'],
  [['replay', id, '--all'], 'Replay what?'],
  [['replay', id, id], 'Replay what?'],
  [['replay', '17'], '"17" is no ID of a message.'],
  [['status', '--loud'], "Unknown option '--loud'"],
])('%j is refused with the usage', (args, message) => {
  expect(() => readCommand(args)).toThrow(message);
  expect(() => readCommand(args)).toThrow(usage);
});
