/** What is there already comes as it is, so that who asks for it need not wait a turn of the event loop. */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Goes on with a value, at once when it is there. */
export const whenThere = <Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> => (value instanceof Promise ? value.then(next) : next(value));
