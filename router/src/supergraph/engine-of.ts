import type {
  Engine,
  Found,
  PreparedOperation,
  PreparedQuery,
  PreparedSubscription,
  Result,
} from '../engine/engine.ts';
import type { Generation } from './generation.ts';

/**
 * The engine of the moment. Whatever it prepares keeps the generation that it belongs to from ending while it runs; a
 * query that is run when its generation has ended already is prepared again, for the one that is served by then.
 */
export function engineOf(current: () => Generation): Engine {
  /** What the doors are given for what an engine prepared: the same each time, as from the engine itself. */
  const given = new WeakMap<PreparedOperation, PreparedOperation>();

  const prepare: Engine['prepare'] = (query, operationName, contextOf) => {
    const generation = current();
    const keep = (found: Found): Found => {
      if ('errors' in found) return found;
      const { operation, cache } = found;
      let held = given.get(operation);
      if (!held) {
        held = hold(operation, generation, query, operationName);
        given.set(operation, held);
      }
      return { operation: held, cache };
    };
    const prepared = generation.engine.prepare(query, operationName, contextOf);
    return prepared instanceof Promise ? prepared.then(keep).finally(generation.use()) : keep(prepared);
  };

  function hold(
    operation: PreparedOperation,
    generation: Generation,
    query: string,
    operationName: string | undefined,
  ): PreparedOperation {
    if (operation.kind === 'subscription') return holdSubscription(operation, generation);

    async function run<Answer>(
      start: (operation: PreparedQuery) => Promise<Answer>,
    ): Promise<Answer | Result> {
      const release = generation.use();
      // At the very end there is none that could do it better.
      if (!release && generation !== current()) {
        const again = await prepare(query, operationName);
        if ('errors' in again) return { errors: again.errors };
        if (again.operation.kind !== 'subscription') return start(again.operation);
      }
      return start(operation as PreparedQuery).finally(release);
    }
    return {
      kind: operation.kind,
      planner: operation.planner,
      execute: (variables, context) => run(({ execute }) => execute(variables, context)),
      executeText: (variables, context) => run(({ executeText }) => executeText(variables, context)),
    };
  }

  return {
    get schema() {
      return current().engine.schema;
    },
    prepare,
  };
}

const holdSubscription = (operation: PreparedSubscription, generation: Generation): PreparedSubscription => ({
  ...operation,
  hold() {
    const release = generation.use();
    if (!release) throw new Error('the supergraph that this subscription was prepared for is gone');
    return release;
  },
});
