import fc from 'fast-check';
import { propertyRuns, propertySeed } from './config.ts';

/** Decisions of up to that number. Without `size` fast-check hardly ever makes more than ten. */
export const tapesOf = (maxLength: number) =>
  fc.array(fc.nat({ max: 1000 }), { minLength: 5, maxLength, size: 'max' });

/** What a random query is written by, and what makes a world. */
export const tapes = tapesOf(250);
export const seeds = fc.nat({ max: 100_000 });

/** What a failure has been made smaller to by then is told. Without one it all takes seconds. */
const patienceMs = 400_000;

/**
 * Tries a property with random cases, and prints the seed: with `PROPERTY_SEED` they come again. What fails is made
 * smaller as long as it still fails.
 * @throws what fails, with the smallest case
 */
export async function check<Values>(
  property: fc.IAsyncPropertyWithHooks<Values>,
  { cases = propertyRuns, what }: { cases?: number; what: string },
): Promise<void> {
  const seed = propertySeed ?? Math.floor(Math.random() * 0x7fffffff);
  console.info(`${what}: ${cases} cases, PROPERTY_SEED=${seed}`);
  const plugins = [fc.interruptAfterTimeLimit(patienceMs, { failOnInterrupt: true })];
  await fc.assert(property, { numRuns: cases, seed, plugins });
}
