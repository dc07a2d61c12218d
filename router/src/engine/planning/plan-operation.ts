import { type DocumentNode, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { type LoadedSupergraph, loadSupergraph } from '../../supergraph/load.ts';
import { createPlanner, type Plan, type PlanningRepairs } from '../plan/planner.ts';
import { repair } from '../plan/repair.ts';
import { withFreeVariableNames } from '../plan/variable-names.ts';
import { type RequestErrors, requestError, requestErrors } from '../request-errors.ts';
import { createValidate, type Validate } from '../validate.ts';
import { notPlanned } from './not-planned.ts';
import type { Planned, Planning, PlanRequest } from './planning.ts';
import { type ServedSchema, servedSchema } from './served-schema.ts';

type Tools = {
  schema: GraphQLSchema;
  validate: Validate;
  withFreeAliases: (document: DocumentNode) => DocumentNode;
  plan: Plan;
};

/** What a thread needs to know to plan. */
export type PlannerOptions = { supergraphSdl: string; introspection: boolean };

export type Planner = { served: ServedSchema; plan: (request: PlanRequest) => Planned | RequestErrors };

/** Loads a supergraph for nothing but planning. @throws when it does not load, or needs what the engine does not do */
export function plannerOf({ supergraphSdl, introspection }: PlannerOptions): Planner {
  const { sdl, isRefused, ...repairs } = repair(supergraphSdl);
  const loaded = loadSupergraph(sdl);
  const schema = loaded.apiSchema;
  const validate = createValidate(schema, { introspection, isRefused });
  const { withFreeAliases } = repairs;
  const plan = planOperation({ schema, validate, withFreeAliases, plan: createPlanner(loaded, repairs) });
  return { served: servedSchema(schema), plan };
}

/** Plans for an engine whose supergraph is loaded already. */
export const onThisThread = (
  loaded: LoadedSupergraph,
  repairs: PlanningRepairs & Pick<Tools, 'withFreeAliases'>,
  validate: Validate,
  options?: { onlyByLevels: boolean },
): Planning => ({
  plan: planOperation({
    schema: loaded.apiSchema,
    validate,
    withFreeAliases: repairs.withFreeAliases,
    plan: createPlanner(loaded, repairs, options),
  }),
  retire: () => {},
  close: async () => {},
});

/** Validates and plans on the thread that it is called on. */
export const planOperation =
  ({ schema, validate, withFreeAliases, plan }: Tools) =>
  ({ query, operationName, overrides }: PlanRequest): Planned | RequestErrors => {
    const document = parse(query);
    const invalid = validate(document);
    if (invalid.length > 0) return requestErrors('GRAPHQL_VALIDATION_FAILED', invalid);
    const operation = getOperationAST(document, operationName);
    if (!operation) return requestError('OPERATION_RESOLUTION_FAILURE', unresolved(operationName));
    if (!schema.getRootType(operation.operation))
      return requestError('GRAPHQL_VALIDATION_FAILED', `The API has no ${operation.operation} operations.`);
    try {
      const { document: planned } = withFreeVariableNames(document, operation);
      return { plan: plan(withFreeAliases(planned), operation.name?.value, new Map(overrides)) };
    } catch (error) {
      return notPlanned(error);
    }
  };

const unresolved = (operationName: string | undefined) =>
  operationName === undefined
    ? 'The document has several operations; name the one to run.'
    : 'The document has no operation of the name given.';
