import { expect, test } from 'vitest';
import { selfTimes } from './profile.ts';

const node = (id: number, functionName: string, url = '') => ({
  id,
  callFrame: { functionName, scriptId: '0', url, lineNumber: 9, columnNumber: 0 },
});

test('time is counted where the samples were taken, and waiting is no time', () => {
  const found = selfTimes({
    nodes: [
      node(1, '(idle)'),
      node(4, 'post', 'node:inspector'),
      node(2, 'merge', 'file:///x/node_modules/a/b.js'),
      node(3, '', 'c.ts'),
    ],
    startTime: 0,
    endTime: 1_000,
    samples: [1, 4, 2, 2, 3],
    timeDeltas: [9_000, 500, 100, 200, 100],
  });
  expect(found).toEqual([
    { where: 'merge  a/b.js:10', share: 0.75 },
    { where: '(anonymous)  c.ts:10', share: 0.25 },
  ]);
});
