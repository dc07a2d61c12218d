/** Tasks run side by side, at most `atOnce`; their results keep the order in which the tasks came. */
export class InOrder {
  readonly #atOnce: number;
  readonly #underWay: Promise<void>[] = [];
  #last = Promise.resolve();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /**
   * Hands over what a task that runs already comes to, after all that were added before it. Where as many are under way
   * as may be, gives a promise that settles when there is room again. The task must not reject.
   */
  add<Value>(task: Promise<Value>, handOver: (value: Value) => void): Promise<void> | undefined {
    const turn = this.#last.then(async () => {
      handOver(await task);
      this.#underWay.shift();
      // Gives back what the list has taken: there is one for each subscription, which mostly waits.
      if (this.#underWay.length === 0) this.#underWay.length = 0;
    });
    this.#last = turn;
    this.#underWay.push(turn);
    return this.#underWay.length < this.#atOnce ? undefined : this.#underWay[0];
  }

  /** Settles when all that was added is handed over. */
  settled(): Promise<void> {
    return this.#last;
  }
}
