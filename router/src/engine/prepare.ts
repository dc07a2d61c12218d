import type { PlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, compileSubscription, type FormatError, type Frame } from './compile-operation.ts';
import type { Engine, PreparedOperation } from './engine.ts';
import { compilePlan, type PlanCompiler } from './execute/compile-plan.ts';
import type { Step } from './execute/run.ts';
import { compileShape } from './execute/shape.ts';
import type { OperationLimits } from './limits/limits.ts';
import { parseLimited } from './limits/parse-limited.ts';
import { byOverrides, drawOverrides, type OverrideOptions, type Overrides } from './plan/override-labels.ts';
import type { Plan } from './plan/planner.ts';
import { reportUnplanned, unplannedFields } from './plan/unplanned-fields.ts';
import { withFreeVariableNames } from './plan/variable-names.ts';
import { requestError, requestErrors } from './request-errors.ts';
import type { Validate } from './validate.ts';
import { compileCoerce } from './variables.ts';

type PrepareOptions = {
  limits: OperationLimits;
  schema: GraphQLSchema;
  validate: Validate;
  planOperation: Plan;
  plan: PlanCompiler;
  formatError: FormatError;
  overrides: OverrideOptions;
};

const nothingToFetch: Step = () => undefined;

/** Parses, validates, plans and compiles, each time it is called: `cached` keeps what comes out. */
export function createPrepare(options: PrepareOptions): Engine['prepare'] {
  const { schema, validate } = options;
  return (query, operationName) => {
    const document = parseLimited(query, options.limits);
    if ('errors' in document) return document;
    const invalid = validate(document);
    if (invalid.length > 0) return requestErrors('GRAPHQL_VALIDATION_FAILED', invalid);
    const operation = getOperationAST(document, operationName);
    if (!operation) return requestError('OPERATION_RESOLUTION_FAILURE', unresolved(operationName));
    if (!schema.getRootType(operation.operation))
      return requestError('GRAPHQL_VALIDATION_FAILED', `The API has no ${operation.operation} operations.`);
    try {
      return { operation: compile(document, operation, options) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return requestError('QUERY_PLANNING_FAILED', `This operation cannot be planned: ${reason}`);
    }
  };
}

const unresolved = (operationName: string | undefined) =>
  operationName === undefined
    ? 'The document has several operations; name the one to run.'
    : 'The document has no operation of the name given.';

function compile(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  options: PrepareOptions,
): PreparedOperation {
  const { schema, planOperation, plan, formatError, overrides } = options;
  const { document: planned, rename } = withFreeVariableNames(document, operation);
  const coerce = compileCoerce(schema, document, operation);
  const frame: Frame = { coerce, rename, shape: compileShape(schema, document, operation), formatError };
  const step = (node: PlanNode | undefined) => (node ? compilePlan(node, plan) : nothingToFetch);
  const planFor = (conditions: Overrides) => {
    const queryPlan = planOperation(planned, operation.name?.value, conditions);
    const unplanned = unplannedFields(queryPlan, document, operation, schema);
    const certain = unplanned.find(({ places }) => places.some(({ when }) => !when));
    if (certain) throw new Error(certain.message);
    return { node: queryPlan.node, unplanned };
  };

  if (operation.operation === 'subscription') {
    const { node } = planFor(drawOverrides(overrides));
    if (node?.kind !== 'Subscription') throw new Error('the planner gave no source of events');
    const [primary = node.primary] = plan.repairFetch(node.primary);
    return compileSubscription({ primary, rest: step(node.rest) }, frame, plan);
  }
  const stepFor = byOverrides(overrides, (conditions) => {
    const { node, unplanned } = planFor(conditions);
    if (node?.kind === 'Subscription') throw new Error('the planner gave a source of events');
    return reportUnplanned(unplanned, step(node));
  });
  return compileQuery(operation.operation, stepFor, frame);
}
