/** Runs what it is given when it is its turn. */
export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** At most so many at once, first come, first served. */
export function turns(most: number): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < most) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
