import { isDeepStrictEqual } from 'node:util';
import type { Running } from '../contenders.ts';
import type { Operation } from '../workloads.ts';

/** Who answers wrong may not win. @throws when one of them answers with errors, or not as the first does. */
export async function assertSameAnswers(running: readonly Running[], operation: Operation): Promise<void> {
  const [first, ...others] = await Promise.all(
    running.map(async ({ contender, url }) => ({ contender, data: await dataOf(url, operation) })),
  );
  for (const { contender, data } of others)
    if (!isDeepStrictEqual(data, first?.data))
      throw new Error(`${contender.name} and ${first?.contender.name} do not give the same answer`);
}

async function dataOf(url: string, { query, variables }: Operation): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }).replaceAll('NUMBER', '0'),
  });
  const { data, errors }: { data?: unknown; errors?: unknown } = JSON.parse(await response.text());
  if (!data || errors) throw new Error(`${url} answers ${JSON.stringify(errors ?? data)}`);
  return data;
}
