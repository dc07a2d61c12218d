import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PreparedSubscription } from '../engine/engine.ts';
import type { Frame } from './frame.ts';

/**
 * One join for all that ask for it in one turn of the event loop, of the same operation and with what is the same as JSON:
 * `of` is all that the join depends on besides.
 */
export type SharedJoins = (
  operation: PreparedSubscription,
  of: unknown,
  join: () => Promise<Frame>,
) => Promise<Frame>;

/**
 * Broadcasts that differ in which events they want often get the same one, at the same time. What an event of that turn is
 * joined with is then asked for once, when the turn is over: after all of these events, so that nobody is told of something
 * that was read before it happened.
 */
export function sharedJoins(): SharedJoins {
  const inThisTurn = new Map<PreparedSubscription, Map<string, Promise<Frame>>>();
  return (operation, of, join) => {
    const key = textOf(of);
    if (key === undefined) return join();
    if (inThisTurn.size === 0) setImmediate(() => inThisTurn.clear());
    const ofOperation = inThisTurn.get(operation) ?? new Map<string, Promise<Frame>>();
    inThisTurn.set(operation, ofOperation);
    const frame = ofOperation.get(key) ?? nextTurn().then(join);
    ofOperation.set(key, frame);
    return frame;
  };
}

/** Undefined for what is nested too deep for that: the join deals with it. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
