import { expect, test } from 'vitest';
import type { Sample } from '../measure/sample.ts';
import { workloads } from '../workloads.ts';
import { section } from './table.ts';

const sample = (figures: Partial<Sample>): Sample => ({
  requests: 1_000,
  failures: 0,
  requestsPerSecond: 100,
  bytesPerAnswer: 90_000,
  p50Ms: 1,
  p99Ms: 2,
  routerCpu: 500,
  totalCpu: 700,
  routerMemory: 2 ** 28,
  totalMemory: 2 ** 29,
  delayP99Ms: 3,
  ...figures,
});
const threeFetch = workloads.find(({ name }) => name === 'three-fetch')!;

test('a ratio stands with the figures it is made of, and with its floor', () => {
  const text = section(
    threeFetch,
    new Map([
      ['stock', sample({ requestsPerSecond: 200, totalCpu: 5_000 })],
      ['services', sample({ requestsPerSecond: 1_500, totalCpu: 1_000 })],
    ]),
  );
  expect(text).toContain('**7.5×** requests/s (1,500 / 200); at least 7×: reached');
  expect(text).toContain('**5.0×** less CPU (5,000 / 1,000); at least 7×: **missed**');
  expect(text).toMatch(/\| Meridian, five services \| 1,500 \| 1,000 \|/);
});

test('failed requests are not passed over', () => {
  const text = section(threeFetch, new Map([['stock', sample({ failures: 3 })]]));
  expect(text).toContain('**3 failed**');
});
