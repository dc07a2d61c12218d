export type InOrder = {
  /**
   * Hands over what a task that runs already comes to, after all that were added before it. Where as many are under way
   * as may be, gives a promise that settles when there is room again. The task must not reject.
   */
  add<Value>(task: Promise<Value>, handOver: (value: Value) => void): Promise<void> | undefined;
  /** Settles when all that was added is handed over. */
  settled(): Promise<void>;
};

/** Tasks run side by side, at most `atOnce`; their results keep the order in which the tasks came. */
export function inOrder(atOnce: number): InOrder {
  const underWay: Promise<void>[] = [];
  let last = Promise.resolve();
  return {
    add(task, handOver) {
      const turn = last.then(async () => {
        handOver(await task);
        underWay.shift();
      });
      last = turn;
      underWay.push(turn);
      return underWay.length < atOnce ? undefined : underWay[0];
    },
    settled: () => last,
  };
}
