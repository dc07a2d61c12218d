import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { compileFields, fieldsOf } from './compile-fields.ts';
import type { Compilation } from './resolve-info.ts';
import { type Place, type Run, type RunFields, settle } from './run.ts';
import { survey } from './survey.ts';
import { compileVariableValues } from './variable-values.ts';

/** What one execution gets. */
export type Execution = {
  variables: Readonly<Record<string, unknown>> | null | undefined;
  context: unknown;
  rootValue?: unknown;
};

/** An operation of a valid document, ready to be run often. It answers what graphql-js would, and never rejects. */
export type Operation = {
  /** Null when the document has no such operation, or several and none is named. */
  readonly kind: OperationTypeNode | null;
  readonly isCompiled: boolean;
  run(execution: Execution): Promise<ExecutionResult>;
};

/** The root fields, in steps of which each waits for the one before: a mutation's fields are serial. */
type Form = { readonly typename: string; readonly steps: readonly RunFields[] };

/** `@skip` and `@include` by more variables than this would make too many forms of one operation. */
const maxConditions = 4;

/**
 * Makes functions of an operation: which fields an object has and how each is resolved and completed is decided once.
 * What `survey` finds to be out of the ordinary, introspection first, is left to graphql-js.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName?: string | null,
): Operation {
  const operation = getOperationAST(document, operationName);
  const interpret = async ({ variables, context, rootValue }: Execution): Promise<ExecutionResult> =>
    execute({ schema, document, operationName, variableValues: variables, contextValue: context, rootValue });
  const interpreted = { kind: operation?.operation ?? null, isCompiled: false, run: interpret };
  if (!operation) return interpreted;
  const { conditions, isPlain } = survey(document);
  if (!isPlain || conditions.length > maxConditions) return interpreted;

  const fragments = fragmentsOf(document);
  const coerce = compileVariableValues(schema, operation.variableDefinitions ?? []);
  const forms = new Map<string, Form>();

  const formFor = (variables: Record<string, unknown>): Form | null => {
    const values = conditions.map((name) => variables[name]);
    if (values.some((value) => typeof value !== 'boolean')) return null;
    const id = values.join();
    const known = forms.get(id);
    if (known) return known;
    const chosen = Object.fromEntries(conditions.map((name, index) => [name, values[index]]));
    const fresh = compileForm(compilationOf(schema, operation, fragments, chosen));
    forms.set(id, fresh);
    return fresh;
  };

  return {
    kind: operation.operation,
    isCompiled: true,
    async run(execution) {
      const { coerced, errors } = coerce(execution.variables ?? {});
      if (errors) return { errors };
      const form = formFor(coerced);
      return form ? runForm(form, execution, coerced) : interpret(execution);
    },
  };
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
}

function compilationOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Record<string, FragmentDefinitionNode>,
  conditions: Record<string, unknown>,
): Compilation {
  const compilation: Compilation = {
    schema,
    operation,
    fragments,
    conditions,
    subfields: (type, nodes) =>
      compileFields(compilation, type, collectSubfields(schema, fragments, conditions, type, nodes)),
  };
  return compilation;
}

function compileForm(compilation: Compilation): Form {
  const { schema, operation, fragments, conditions } = compilation;
  const type = schema.getRootType(operation.operation);
  if (!type) throw new Error(`The schema has no ${operation.operation}: the operation was not validated`);
  const collected = collectFields(schema, fragments, conditions, type, operation.selectionSet);
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  const steps = isSerial
    ? fieldsOf(compilation, type, collected)
    : [compileFields(compilation, type, collected)];
  return { typename: type.name, steps };
}

function runForm(
  { typename, steps }: Form,
  { context, rootValue }: Execution,
  variables: Record<string, unknown>,
): Promise<ExecutionResult> {
  const { promise, resolve } = Promise.withResolvers<ExecutionResult>();
  const data = {};
  const place: Place = { parent: null, key: '', container: data, typename, nonNull: false, dead: false };
  const run: Run = { context, rootValue, variables, data, errors: [], pending: 0, onSettled: nextStep };
  let done = 0;

  function nextStep(): void {
    const step = steps[done++];
    if (step && !place.dead) {
      run.pending++;
      step(rootValue, place, run);
      settle(run);
    } else {
      resolve(run.errors.length > 0 ? { errors: run.errors, data: run.data } : { data });
    }
  }
  nextStep();
  return promise;
}
