import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLFormattedError } from 'graphql';
import type { Admission } from './admission.ts';
import { compileAdmit } from './admit.ts';
import type { PreparedQuery, PreparedSubscription, RequestContext, Result, Variables } from './engine.ts';
import { type Answer, malformed, nestedTooDeep, readAnswer } from './execute/answer.ts';
import { compileVariables } from './execute/call.ts';
import type { PlanCompiler } from './execute/compile-plan.ts';
import { copyOf } from './execute/merge.ts';
import type { Data } from './execute/own.ts';
import { compileReceive } from './execute/root-fetch.ts';
import type { ResponsePath, Run, Step, Traffic } from './execute/run.ts';
import type { Shape } from './execute/shape.ts';
import { atKnownPlace, isTold } from './execute/spoiled-inputs.ts';
import type { WriteAnswer } from './execute/write.ts';
import { explanation } from './explain.ts';
import { type Epoch, type Flights, shareFlights } from './flights.ts';
import type { Measured } from './limits/measure.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { OperationPlan } from './plan/planner.ts';
import type { Resumable } from './plan/resumable.ts';
import type { RequestErrors } from './request-errors.ts';
import type { Coerce } from './variables.ts';
import type { Written } from './written.ts';

/** Decides what of an error clients see. What an operation is refused for is no single request's, and has no context. */
export type FormatError = (
  error: GraphQLFormattedError,
  context: RequestContext | undefined,
) => GraphQLFormattedError;

/** The parts of an operation that do not depend on how it is planned. */
export type Frame = {
  coerce: Coerce;
  /** Adds the variables under the names that the plan knows them by. */
  rename: (variables: Variables) => Variables;
  shape: Shape;
  write: WriteAnswer;
  formatError: FormatError;
  epoch: Epoch;
  /** Whether a response name stands for something in plans only. */
  isReserved: (responseName: string) => boolean;
  /** Whether a query that is asked several times at once is run once. */
  isShared: boolean;
  traffic: Traffic;
  admission: Admission | undefined;
  cost: Measured;
};

/** A plan, and what it was compiled to. */
export type CompiledPlan = {
  step: Step;
  queryPlan: OperationPlan;
  /** The subgraph that the value at a place of the response was to come from. */
  giver: (place: ResponsePath, data: Data, before: FetchNode | undefined) => string | undefined;
};

/** What an execution came to, with errors as they were met. */
type Outcome = { data: Data | null; errors: readonly GraphQLFormattedError[] };
/** The same as text, where there are no errors to tell. */
type TextOutcome = Written | Outcome;

export function compileQuery(
  { kind, planner }: Pick<PreparedQuery, 'kind' | 'planner'>,
  planFor: (context: RequestContext) => MaybePromise<CompiledPlan | RequestErrors>,
  frame: Frame,
): PreparedQuery {
  const start = (variables: Variables, context: RequestContext, { giver }: CompiledPlan) =>
    startRun(frame.rename(variables), context, frame, giver);
  const isShared = frame.isShared && kind === 'query';
  const share = isShared ? shareFlights<TextOutcome | RequestErrors>(frame.epoch) : alone;
  const ended = () => {
    if (kind === 'mutation') frame.epoch.next();
  };
  const admit = compileAdmit(frame.admission);
  const query: PreparedQuery = {
    kind,
    planner,
    async execute(given, context) {
      const coerced = frame.coerce(given);
      if ('errors' in coerced) return coerced;
      const drawn = planFor(context);
      const plan = drawn instanceof Promise ? await drawn : drawn;
      if ('errors' in plan) return plan;
      const outcome = await admit(context, () =>
        settle(start(coerced.variables, context, plan), plan.step, frame),
      );
      ended();
      if (!('data' in outcome)) return outcome;
      return { ...resultOf(outcome, context, frame), ...explanation(context, plan.queryPlan, frame.cost) };
    },
    async executeText(given, context) {
      if (context.explain) return query.execute(given, context);
      const coerced = frame.coerce(given);
      if ('errors' in coerced) return coerced;
      const outcome = await share(coerced.variables, context, async (own) => {
        const drawn = planFor(own);
        const plan = drawn instanceof Promise ? await drawn : drawn;
        if ('errors' in plan) return plan;
        return admit(own, () => settleAsText(start(coerced.variables, own, plan), plan.step, frame));
      });
      ended();
      // Who shares bytes takes them for itself only.
      if ('bytes' in outcome) return isShared ? { ...outcome } : outcome;
      return 'data' in outcome ? resultOf(outcome, context, frame) : outcome;
    },
  };
  return query;
}

const alone: Flights<TextOutcome | RequestErrors> = (_variables, context, start) => start(context);

/** @param primary the operation whose events are the subscription's; `rest` fetches what they do not carry. */
export function compileSubscription(
  {
    planner,
    isDrawn,
    primary,
    rest,
    position,
    giver,
    joinVariables,
  }: Pick<PreparedSubscription, 'joinVariables' | 'planner' | 'isDrawn'> & {
    primary: FetchNode;
    rest: Step;
    position: Resumable | undefined;
    giver: CompiledPlan['giver'];
  },
  frame: Frame,
  plan: PlanCompiler,
): PreparedSubscription {
  const { coerce, rename } = frame;
  const { serviceName: subgraph, operation: query, operationName } = primary;
  const variablesOf = compileVariables(primary);
  const receive = compileReceive(primary, [], plan);
  return {
    kind: 'subscription',
    planner,
    isDrawn,
    coerce,
    // An engine on its own ends nothing that a subscription needs.
    hold: () => () => {},
    source: (variables) => ({
      subgraph,
      query,
      operationName,
      variables: variablesOf(rename(variables)),
      shared: position ? position.withoutPosition(variables) : variables,
      ...(position && {
        resume: {
          variable: position.variable,
          initial: position.initial(variables),
          cursorOf: position.cursorOf,
        },
      }),
    }),
    joinVariables,
    async join(event, variables, context) {
      frame.epoch.next();
      const step: Step = (run) => {
        receive(run, [run.data], answerOf(event, subgraph));
        return rest(run);
      };
      return resultOf(
        await settle(startRun(rename(variables), context, frame, giver), step, frame),
        context,
        frame,
      );
    },
  };
}

/** An event as an answer of its own: others who subscribe are given it too. */
function answerOf(event: Result, subgraph: string): Answer {
  try {
    return readAnswer(copyOf(event), subgraph);
  } catch {
    return malformed(subgraph, nestedTooDeep);
  }
}

function startRun(
  variables: Variables,
  context: RequestContext,
  { traffic }: Frame,
  giver: CompiledPlan['giver'],
): Run {
  const data: Data = {};
  return {
    variables,
    context,
    traffic,
    data,
    errors: [],
    giver: (place, before) => giver(place, data, before),
    bereft: new Map(),
    strangers: new Map(),
    notAsked: new Map(),
    spoiling: new Map(),
  };
}

const settle = (run: Run, step: Step, frame: Frame): Promise<Outcome> =>
  settleBy(run, step, frame, () => shaped(run, frame));

/** Text is made once for all who share an execution. Errors are told to each in words of its own. */
const settleAsText = (run: Run, step: Step, frame: Frame): Promise<TextOutcome> =>
  settleBy(run, step, frame, () => {
    const bytes = run.errors.length === 0 ? frame.write(run) : undefined;
    if (bytes) return { bytes };
    const outcome = shaped(run, frame);
    return outcome.errors.length === 0
      ? { bytes: Buffer.from(`${JSON.stringify({ data: outcome.data })}\n`) }
      : outcome;
  });

const shaped = (run: Run, { shape, isReserved }: Frame): Outcome => {
  const data = shape(run);
  const { errors, spoiling } = run;
  const told = errors.filter((error) => isTold(error, spoiling.get(error), data, run.data));
  return { data, errors: distinct(told.map((error) => atKnownPlace(error, isReserved))) };
};

/** Never rejects: should the engine itself be wrong, the client gets an error and no data. */
async function settleBy<Settled>(
  run: Run,
  step: Step,
  { traffic }: Frame,
  end: () => Settled,
): Promise<Settled | Outcome> {
  traffic.underWay += 1;
  try {
    await step(run);
    return end();
  } catch (error) {
    return failed(error);
  } finally {
    traffic.underWay -= 1;
  }
}

/** A field that several fetches ask for, as plans with fragments may, fails in each of them. It is one failure. */
function distinct(errors: readonly GraphQLFormattedError[]): readonly GraphQLFormattedError[] {
  if (errors.length < 2) return errors;
  const known = new Map<string, GraphQLFormattedError>();
  for (const error of errors) {
    const key = JSON.stringify([error.path, error.message, error.extensions?.['subgraph']]);
    if (!known.has(key)) known.set(key, error);
  }
  return [...known.values()];
}

function failed(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  const extensions = { code: 'INTERNAL_SERVER_ERROR', retryable: false };
  return { data: null, errors: [{ message, extensions }] };
}

function resultOf({ data, errors }: Outcome, context: RequestContext, { formatError }: Frame): Result {
  if (errors.length === 0) return { data };
  return { errors: errors.map((error) => formatError(error, context)), data };
}
