import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLFormattedError } from 'graphql';
import type { PreparedQuery, PreparedSubscription, RequestContext, Result, Variables } from './engine.ts';
import { readAnswer } from './execute/answer.ts';
import { compileVariables } from './execute/call.ts';
import type { PlanCompiler } from './execute/compile-plan.ts';
import { copyOf } from './execute/merge.ts';
import { compileReceive } from './execute/root-fetch.ts';
import type { Run, Step } from './execute/run.ts';
import type { Shape } from './execute/shape.ts';
import type { Coerce } from './variables.ts';

/** Decides what of an error clients see. */
export type FormatError = (error: GraphQLFormattedError, context: RequestContext) => GraphQLFormattedError;

/** The parts of an operation that do not depend on how it is planned. */
export type Frame = {
  coerce: Coerce;
  /** Adds the variables under the names that the plan knows them by. */
  rename: (variables: Variables) => Variables;
  shape: Shape;
  formatError: FormatError;
};

export function compileQuery(
  kind: PreparedQuery['kind'],
  stepFor: () => Step,
  { coerce, rename, shape, formatError }: Frame,
): PreparedQuery {
  return {
    kind,
    async execute(given, context) {
      const coerced = coerce(given);
      if ('errors' in coerced) return coerced;
      return respond(startRun(rename(coerced.variables), context), stepFor, shape, formatError);
    },
  };
}

/** @param primary the operation whose events are the subscription's; `rest` fetches what they do not carry. */
export function compileSubscription(
  { primary, rest }: { primary: FetchNode; rest: Step },
  { coerce, rename, shape, formatError }: Frame,
  plan: PlanCompiler,
): PreparedSubscription {
  const { serviceName: subgraph, operation: query, operationName } = primary;
  const variablesOf = compileVariables(primary);
  const receive = compileReceive(primary, [], plan);
  return {
    kind: 'subscription',
    coerce,
    source: (variables) => ({ subgraph, query, operationName, variables: variablesOf(rename(variables)) }),
    join(event, variables, context) {
      const step: Step = (run) => {
        const { data, errors } = readAnswer(copyOf(event), subgraph);
        receive(run, [run.data], { data, errors });
        return rest(run);
      };
      return respond(startRun(rename(variables), context), () => step, shape, formatError);
    },
  };
}

const startRun = (variables: Variables, context: RequestContext): Run => ({
  variables,
  context,
  data: {},
  errors: [],
  bereft: new Set(),
});

/** Never rejects: should the engine itself be wrong, the client gets an error and no data. */
async function respond(
  run: Run,
  stepFor: () => Step,
  shape: Shape,
  formatError: FormatError,
): Promise<Result> {
  try {
    await stepFor()(run);
    const data = shape(run);
    if (run.errors.length === 0) return { data };
    return { errors: run.errors.map((error) => formatError(error, run.context)), data };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const unexpected = { message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
    return { errors: [formatError(unexpected, run.context)], data: null };
  }
}
