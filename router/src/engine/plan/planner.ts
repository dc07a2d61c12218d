import { type Operation, operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner, type QueryPlanSelectionNode } from '@apollo/query-planner';
import { type DocumentNode, getOperationAST, parse, visit } from 'graphql';
import type { LoadedSupergraph } from '../../supergraph/load.ts';
import { createPlanByLevels } from '../plan-by-levels/plan-by-levels.ts';
import { askedByPlan } from './asked-fields.ts';
import { keepEmptySelections } from './conditional-selections.ts';
import { settleFragments } from './interface-fragments.ts';
import { withoutIntrospection } from './introspection-fields.ts';
import { misplacedField } from './misplaced-fields.ts';
import type { Overrides } from './override-labels.ts';
import type { Repaired } from './repair.ts';
import { repeatsMutation } from './repeated-mutations.ts';
import { unplannedFields } from './unplanned-fields.ts';
import { fetchesIn } from './unwanted-fields.ts';

/** A plan, and whether it is one by levels. */
export type OperationPlan = QueryPlan & { byLevels?: true };

/** Plans an operation that is valid for the API schema. @throws what the planner throws. */
export type Plan = (
  document: DocumentNode,
  operationName: string | undefined,
  overrides: Overrides,
) => OperationPlan;

/** What planning takes of what is known about a supergraph. */
export type PlanningRepairs = Pick<Repaired, 'interfaceObjects' | 'isForeign' | 'repairFetch' | 'factsFor'>;

export function createPlanner(
  { supergraph, api, apiSchema, fullSchema }: LoadedSupergraph,
  { interfaceObjects, isForeign, repairFetch, factsFor }: PlanningRepairs,
  { onlyByLevels = false } = {},
): Plan {
  const planner = new QueryPlanner(supergraph, {
    // Without it, `...on A { p { v: f(x: 1) } } ...on B { p { v: f(x: 2) } }` gives both the same `v` when `f` is of
    // another subgraph, for the fetches of both go to every `p`.
    typeConditionedFetching: true,
    // Operations without named fragments are what the rest of the engine reads; with them, mutations of a fragment come
    // before those beside it.
    reuseQueryFragments: false,
  });
  const planByLevels = createPlanByLevels(factsFor, fullSchema);

  const plan: Plan = (document, operationName, overrides) => {
    const rewritten = keepEmptySelections(
      settleFragments(withoutIntrospection(document), apiSchema, interfaceObjects),
    );
    const operation: Operation = operationFromDocument(api, rewritten, {
      ...(operationName === undefined ? {} : { operationName }),
      validate: false,
    });
    const plan = planner.buildQueryPlan(operation, { overrideConditions: new Map(overrides) });
    const misplaced = misplacedField(plan.node, fullSchema, isForeign);
    if (misplaced !== undefined)
      throw new Error(`the plan asks for ${misplaced} where it cannot be resolved`);
    return plan;
  };

  /** Whether it asks for all that is selected, and for no mutation twice. */
  const isRight = ({ node }: QueryPlan, document: DocumentNode, operationName: string | undefined) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return true;
    if (repeatsMutation(document, operation, apiSchema)) return false;
    return unplannedFields(askedByPlan(node, repairFetch), document, operation, apiSchema).length === 0;
  };

  return (document, operationName, overrides) => {
    const byLevels = (): OperationPlan => ({
      ...planByLevels(document, operationName, overrides),
      byLevels: true,
    });
    if (onlyByLevels) return byLevels();
    let usual: OperationPlan | undefined;
    try {
      usual = plan(document, operationName, overrides);
      if (!hasNameOfInput(usual, document) && isRight(usual, document, operationName)) return usual;
      return byLevels();
    } catch (error) {
      if (usual) return usual;
      try {
        return byLevels();
      } catch {
        throw error;
      }
    }
  };
}

/**
 * Whether a field may be given the name of another one that the plan adds or needs for its fetches. Planner 2.14.4 merges
 * the two, so that either the client or a fetch is given the wrong one: `{ product { id: name  reviews { stars } } }` was
 * answered with the id, or asks for the reviews of a name. Selecting `id` elsewhere looks the same.
 */
function hasNameOfInput({ node }: QueryPlan, document: DocumentNode): boolean {
  const aliases = new Set<string>();
  visit(document, {
    Field({ alias, name }) {
      if (alias && alias.value !== name.value) aliases.add(alias.value);
    },
  });
  if (aliases.size === 0 || !node) return false;
  return fetchesIn(node).some(({ operation, requires = [], contextRewrites = [] }) => {
    const inputs = [...requires.flatMap(allNames), ...contextRewrites.flatMap(({ path }) => path)];
    let found = inputs.some((name) => aliases.has(name));
    visit(parse(operation, { noLocation: true }), {
      Field({ alias, name }) {
        found ||= alias === undefined && aliases.has(name.value);
      },
    });
    return found;
  });
}

const allNames = (selection: QueryPlanSelectionNode): string[] => [
  ...(selection.kind === 'Field' ? [selection.alias ?? selection.name] : []),
  ...(selection.selections ?? []).flatMap(allNames),
];
