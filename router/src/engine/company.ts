/** Turns of the event loop that anybody waits at most. */
const mostTurns = 8;

type Company = {
  /** How many have come. */
  size(): number;
  /** Whether nobody else is waited for. */
  isComplete(): boolean;
};

/**
 * Calls back when those who could do something together have come. In a turn of the event loop that is read which has
 * arrived by then, and as long as one brings somebody else, the next is waited for. Nobody waits for what is not there
 * yet: a turn of a process that has nothing to do is over at once.
 */
export function whenTogether({ size, isComplete }: Company, begin: () => void): void {
  let known = 0;
  let turns = 0;
  const look = () => {
    const now = size();
    if (isComplete() || now === known || ++turns === mostTurns) {
      begin();
      return;
    }
    known = now;
    setImmediate(look);
  };
  setImmediate(look);
}
