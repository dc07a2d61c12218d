import type { PlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { compileQuery, compileSubscription, type FormatError, type Frame } from './compile-operation.ts';
import type { Engine, PreparedOperation } from './engine.ts';
import { compilePlan, type PlanCompiler } from './execute/compile-plan.ts';
import type { Step } from './execute/run.ts';
import { compileShape } from './execute/shape.ts';
import type { Plan } from './plan/planner.ts';
import { unplannedFields } from './plan/unplanned-fields.ts';
import { requestError, requestErrors } from './request-errors.ts';
import type { Validate } from './validate.ts';
import { compileCoerce } from './variables.ts';

type PrepareOptions = {
  schema: GraphQLSchema;
  validate: Validate;
  planOperation: Plan;
  plan: PlanCompiler;
  formatError: FormatError;
};

const nothingToFetch: Step = () => undefined;

/** Parses, validates, plans and compiles, each time it is called: `cached` keeps what comes out. */
export function createPrepare(options: PrepareOptions): Engine['prepare'] {
  const { schema, validate } = options;
  return (query, operationName) => {
    const document = parsed(query);
    if (document instanceof GraphQLError) return requestErrors('GRAPHQL_PARSE_FAILED', [document]);
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

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

const unresolved = (operationName: string | undefined) =>
  operationName === undefined
    ? 'The document has several operations; name the one to run.'
    : 'The document has no operation of the name given.';

function compile(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { schema, planOperation, plan, formatError }: PrepareOptions,
): PreparedOperation {
  const frame: Frame = {
    coerce: compileCoerce(schema, document, operation),
    shape: compileShape(schema, document, operation),
    formatError,
  };
  const queryPlan = planOperation(document, operation.name?.value);
  const [unplanned] = unplannedFields(queryPlan, document, operation, schema);
  if (unplanned !== undefined) throw new Error(`no subgraph can resolve what is asked of "${unplanned}"`);
  const { node } = queryPlan;
  const step = (part: PlanNode | undefined) => (part ? compilePlan(part, plan) : nothingToFetch);
  if (node?.kind === 'Subscription')
    return compileSubscription(
      { primary: plan.repairFetch(node.primary)[0] ?? node.primary, rest: step(node.rest) },
      frame,
      plan,
    );
  if (operation.operation === 'subscription') throw new Error('the planner gave no source of events');
  const compiled = step(node);
  return compileQuery(operation.operation, () => compiled, frame);
}
