import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../execute/collect-fields.ts';
import { both, type Condition, conditionOf, never } from '../execute/conditions.ts';
import { compileFetchPath } from '../execute/fetch-path.ts';
import type { Run, Step } from '../execute/run.ts';
import type { TypeNames } from '../execute/type-names.ts';
import { type Asked, below } from './asked-fields.ts';

/** A field without a fetch. Its conditions may contradict each other, so that nothing is missing. */
export type Unplanned = {
  /** Where the objects are that have the field, as in a plan. */
  at: readonly string[];
  responseName: string;
  message: string;
  when: Condition | undefined;
};

/** Reports, where a plan does not fetch what the variables select, that it does not. */
export function reportUnplanned(unplanned: readonly Unplanned[], step: Step, types: TypeNames): Step {
  if (unplanned.length === 0) return step;
  const reports = unplanned.map(({ at, responseName, message, when }) => {
    const { locate } = compileFetchPath(at, types);
    const extensions = { code: 'QUERY_PLANNING_FAILED', retryable: false };
    return (run: Run) => {
      if (when && !when(run.variables)) return;
      for (const { path } of locate(run.data))
        run.errors.push({ message, path: [...path, responseName], extensions });
    };
  });
  return async (run) => {
    await step(run);
    for (const report of reports) report(run);
  };
}

/**
 * The fields that an operation selects of every object at their place and that no fetch of its plan does.
 *
 * For an interface without reachable implementations planner 2.14.4 plans nothing, and null would be the answer without
 * an error. What only fragments on some types select may be left out rightly, where no object of these types can come.
 */
export function unplannedFields(
  asked: Asked,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): Unplanned[] {
  const fragments = fragmentsOf(document);
  const unplanned: Unplanned[] = [];

  function check(
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType,
    place: { asked: Asked; at: readonly string[]; when: Condition | undefined; isCertain: boolean },
  ): void {
    for (const selection of selections) {
      const own = conditionOf(selection);
      if (own === never) continue;
      const when = both(place.when, own);
      if (selection.kind !== Kind.FIELD) {
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
        const applies = !condition || condition === parent || isAlways(condition, parent);
        if (fragment)
          check(fragment.selectionSet, applies ? parent : condition, {
            ...place,
            when,
            isCertain: place.isCertain && applies,
          });
        continue;
      }
      const { name, alias = name, selectionSet } = selection;
      const field =
        isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name.value] : undefined;
      if (!field) continue;
      const responseName = alias.value;
      const at = [...place.at, responseName, ...lists(field.type)];
      if (place.asked.some((field) => field.fetch && field.name === responseName)) {
        const asked = below(place.asked, responseName);
        if (selectionSet) check(selectionSet, getNamedType(field.type), { ...place, asked, at, when });
      } else if (place.isCertain) {
        const message = `No subgraph can resolve what is asked of "${name.value}".`;
        unplanned.push({ at: place.at, responseName, message, when });
      }
    }
  }

  const isAlways = (condition: GraphQLNamedType, parent: GraphQLNamedType) =>
    isAbstractType(condition) &&
    (isObjectType(parent) || isInterfaceType(parent)) &&
    schema.isSubType(condition, parent);

  const root = schema.getRootType(operation.operation);
  if (root) check(operation.selectionSet, root, { asked, at: [], when: undefined, isCertain: true });
  return unplanned;
}

const lists = (type: GraphQLOutputType): string[] => {
  if (isNonNullType(type)) return lists(type.ofType);
  return isListType(type) ? ['@', ...lists(type.ofType)] : [];
};
