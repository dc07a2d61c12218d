import { propertySeed } from '@meridian/testkit/property-seed';
import fc from 'fast-check';
import { propertyRuns } from './config.ts';

/** Decisions of up to that number. Without `size` fast-check hardly ever makes more than ten. */
export const tapesOf = (maxLength: number) =>
  fc.array(fc.nat({ max: 1000 }), { minLength: 5, maxLength, size: 'max' });

/** Decisions for a random schema: all of them, for what comes last is no less worth a try. */
export const schemaTapes = fc.array(fc.nat({ max: 1000 }), { minLength: 200, maxLength: 200 });

/** What a random query is written by, and what makes a world. */
export const tapes = tapesOf(250);
export const seeds = fc.nat({ max: 100_000 });

/** What has failed is made smaller for so long, and then told. */
const patienceMs = 60_000;

/**
 * Tries a property with random cases, and prints their seed, which `PROPERTY_SEED` sets. What fails is made
 * smaller as long as it still fails, within a minute; that a machine is slow is no failure.
 * @param unbiased without a liking for small numbers, which are the simple choices
 * @throws what fails, with the smallest case
 */
export async function check<Values>(
  property: fc.IAsyncPropertyWithHooks<Values>,
  { cases = propertyRuns, what, unbiased = false }: { cases?: number; what: string; unbiased?: boolean },
): Promise<void> {
  const seed = propertySeed(what);
  console.info(`${what}: ${cases} cases, PROPERTY_SEED=${seed}`);
  const run = property.run.bind(property);
  let end = Number.POSITIVE_INFINITY;
  property.run = async (values) => {
    // What is not tried any more has not failed.
    if (Date.now() > end) return null;
    const failure = await run(values);
    if (failure && !fc.PreconditionFailure.isFailure(failure)) end = Math.min(end, Date.now() + patienceMs);
    return failure;
  };
  await fc.assert(property, { numRuns: cases, seed, unbiased });
}
