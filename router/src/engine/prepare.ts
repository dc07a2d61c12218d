import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { type GraphQLSchema, getOperationAST, type OperationDefinitionNode } from 'graphql';
import type { Admission } from './admission.ts';
import {
  type CompiledPlan,
  compileQuery,
  compileSubscription,
  type FormatError,
  type Frame,
} from './compile-operation.ts';
import type { Prepared, PreparedOperation, RequestContext } from './engine.ts';
import { compilePlan, type PlanCompiler } from './execute/compile-plan.ts';
import { giverOf } from './execute/giver.ts';
import type { Step } from './execute/run.ts';
import { compileShape } from './execute/shape.ts';
import { compileWrite } from './execute/write.ts';
import { plannerOf } from './explain.ts';
import type { Epoch } from './flights.ts';
import type { OperationLimits } from './limits/limits.ts';
import { type Limited, parseLimited } from './limits/parse-limited.ts';
import { type MaybePromise, whenThere } from './maybe-promise.ts';
import { askedByPlan } from './plan/asked-fields.ts';
import { joinVariables } from './plan/join-variables.ts';
import { byOverrides, noOverrides, type OverrideOptions, type Overrides } from './plan/override-labels.ts';
import type { OperationPlan } from './plan/planner.ts';
import type { PlanWords, Repaired } from './plan/repair.ts';
import { resumable } from './plan/resumable.ts';
import { reportUnplanned, unplannedFields } from './plan/unplanned-fields.ts';
import { unwantedFields } from './plan/unwanted-fields.ts';
import { withFreeVariableNames } from './plan/variable-names.ts';
import { notPlanned } from './planning/not-planned.ts';
import type { PlanOperation } from './planning/planning.ts';
import type { RequestErrors } from './request-errors.ts';
import { compileCoerce } from './variables.ts';

type PrepareOptions = {
  limits: OperationLimits;
  /** Whether clients may read the schema, and so be told what they may have meant. */
  introspection: boolean;
  schema: GraphQLSchema;
  planOperation: PlanOperation;
  plan: Omit<PlanCompiler, 'unwanted' | 'asked'> & { byLevels: PlanWords };
  interfaceObjects: Repaired['interfaceObjects'];
  formatError: FormatError;
  epoch: Epoch;
  isShared: boolean;
  admission: Admission | undefined;
  /** Whether a response name stands for something in plans only. */
  isReserved: (responseName: string) => boolean;
  withFreeAliases: Repaired['withFreeAliases'];
  overrides: OverrideOptions;
};

const nothingToFetch: Step = () => undefined;

/**
 * What a text is prepared to, and whether by a plan of another router; `draw` is there where each start of a subscription
 * draws labels of its own. What it takes to keep it goes by its `selections`: fields and fragments, wherever they are spread.
 */
export type Preparation = Prepared & {
  isShared?: true | undefined;
  selections?: number;
  draw?: (context?: RequestContext) => MaybePromise<Prepared>;
};

/** `Engine.prepare` without a cache. */
export type Prepare = (query: string, operationName?: string) => MaybePromise<Preparation>;

/**
 * Parses, validates, plans and compiles, each time it is called: `cached` keeps what comes out. What takes time linear
 * in the length of the text is done here, so that nonsense does not wait in line; validating and planning, which may take
 * long, are `planOperation`'s, wherever that works.
 */
export function createPrepare(options: PrepareOptions): Prepare {
  const { limits, overrides, formatError, withFreeAliases } = options;
  const planOperation: PlanOperation = (request) =>
    whenThere(options.planOperation(request), (planned) =>
      'errors' in planned ? told(planned, formatError) : planned,
    );
  return (query, operationName) => {
    const limited = parseLimited(query, limits);
    if ('errors' in limited) return limited;
    const document = withFreeAliases(limited.document);
    const operation = getOperationAST(document, operationName) ?? undefined;
    const planFor = (drawn: Overrides) => planOperation({ query, operationName, overrides: [...drawn] });
    const prepareFor = (drawn: Overrides) =>
      whenThere(planFor(drawn), (planned): Preparation => {
        if ('errors' in planned) return planned;
        try {
          if (!operation) throw new Error('there is no such operation');
          const compiled = compile({ ...limited, document }, operation, planned.plan, planFor, options);
          const { selections } = limited.cost;
          return { operation: compiled, isShared: planned.isShared, selections };
        } catch (error) {
          return told(notPlanned(error), formatError);
        }
      });
    return whenThere(prepareFor(noOverrides(overrides)), (first): Preparation => {
      // Queries and mutations draw when they are run.
      if ('errors' in first || first.operation.kind !== 'subscription' || overrides.labels.length === 0)
        return first;
      return { ...first, draw: byOverrides(overrides, first, prepareFor) };
    });
  };
}

/** Why an operation cannot be planned is in the planner's words, which are not for every client. */
const told = ({ errors }: RequestErrors, formatError: FormatError): RequestErrors => ({
  errors: errors.map((error) =>
    error.extensions?.['code'] === 'QUERY_PLANNING_FAILED' ? formatError(error, undefined) : error,
  ),
});

function compile(
  { document, cost }: Limited,
  operation: OperationDefinitionNode,
  first: OperationPlan,
  planFor: (overrides: Overrides) => ReturnType<PlanOperation>,
  {
    schema,
    introspection,
    plan: tools,
    interfaceObjects,
    overrides,
    formatError,
    epoch,
    isShared,
    admission,
    isReserved,
  }: PrepareOptions,
): PreparedOperation {
  const { rename } = withFreeVariableNames(document, operation);
  const coerce = compileCoerce(schema, document, operation, { introspection });
  const shape = compileShape(schema, document, operation);
  const frame: Frame = {
    coerce,
    rename,
    shape,
    write: compileWrite(schema, document, operation),
    formatError,
    epoch,
    isShared,
    admission,
    isReserved,
    cost,
    traffic: { underWay: 0 },
  };
  const step = (node: PlanNode | undefined, plan: PlanCompiler) =>
    node ? compilePlan(node, plan) : nothingToFetch;
  const checked = (queryPlan: OperationPlan) => {
    const words = queryPlan.byLevels ? { ...tools, ...tools.byLevels } : tools;
    // The same fetches each time: they are known by identity.
    const repaired = new Map<FetchNode, readonly FetchNode[]>();
    const repairFetch = (node: FetchNode) => {
      const fetches = repaired.get(node) ?? words.repairFetch(node);
      repaired.set(node, fetches);
      return fetches;
    };
    const asked = askedByPlan(queryPlan.node, repairFetch);
    const unplanned = unplannedFields(asked, document, operation, schema);
    const certain = unplanned.find(({ at, when }) => at.length === 0 && !when);
    if (certain) throw new Error(certain.message);
    const unwanted = unwantedFields(queryPlan.node, { schema, document, operation }, interfaceObjects);
    const giver: CompiledPlan['giver'] = (place, data, before) =>
      giverOf(asked, place, data, tools.types, before);
    return { node: queryPlan.node, unplanned, giver, plan: { ...words, repairFetch, unwanted, asked } };
  };

  const planner = plannerOf(first.byLevels);
  if (operation.operation === 'subscription') {
    const { node, plan, giver } = checked(first);
    if (node?.kind !== 'Subscription') throw new Error('the planner gave no source of events');
    const [repaired = node.primary] = plan.repairFetch(node.primary);
    const position = resumable(repaired, operation, document, { schema, givesField: plan.givesField });
    const primary = position?.primary ?? repaired;
    return compileSubscription(
      {
        ...{ planner, isDrawn: overrides.labels.length > 0, primary, rest: step(node.rest, plan) },
        ...{ position, giver },
        joinVariables: joinVariables(document, operation),
      },
      frame,
      plan,
    );
  }
  const compiled = (queryPlan: OperationPlan) => {
    const { node, unplanned, giver, plan } = checked(queryPlan);
    if (node?.kind === 'Subscription') throw new Error('the planner gave a source of events');
    return { step: reportUnplanned(unplanned, step(node, plan), plan.types), queryPlan, giver };
  };
  const stepFor = byOverrides(overrides, compiled(first), (drawn) =>
    whenThere(planFor(drawn), (planned) => {
      if ('errors' in planned) return planned;
      try {
        return compiled(planned.plan);
      } catch (error) {
        return told(notPlanned(error), formatError);
      }
    }),
  );
  return compileQuery({ kind: operation.operation, planner }, stepFor, frame);
}
