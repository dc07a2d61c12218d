import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, parse, print, type SelectionSetNode, stripIgnoredCharacters } from 'graphql';
import { entityFieldKey, entityFields, filterEntityFields } from '../plan/entity-operation.ts';
import type { PlanCompiler } from './compile-plan.ts';
import type { Data } from './own.ts';
import { compileRepresent } from './representations.ts';
import type { Consumer } from './spoiled-inputs.ts';

/** The fields with a `@requires` of one entity fetch. */
export type Consumers = {
  /** Those that this entity's type has. */
  of(entity: Data): readonly Consumer[];
  /** Those of them whose inputs this entity lacks, by key. */
  starved(entity: Data): readonly string[];
  /** The fetch without these fields, consumers or not; undefined when nothing is left of it. */
  without(fields: readonly string[]): FetchNode | undefined;
};

export function consumersOf(node: FetchNode, { types, requires }: PlanCompiler): Consumers {
  const document = parse(node.operation, { noLocation: true });
  const consumers = entityFields(document).flatMap((field) => {
    const set = requires(node.serviceName, field.type, field.field);
    if (!set) return [];
    const inputs = planned(set);
    const represent = compileRepresent(inputs, { types, realName: (name) => name });
    const hasInputs = (entity: Data) => represent(entity, {});
    const { responseName, when } = field;
    const isOf = types.covers(field.type);
    return [{ key: entityFieldKey(field), responseName, when, set, inputs, isOf, hasInputs }];
  });
  return {
    of: (entity) => consumers.filter(({ isOf }) => isOf(entity['__typename'])),
    starved: (entity) =>
      consumers.flatMap(({ key, isOf, hasInputs }) =>
        isOf(entity['__typename']) && !hasInputs(entity) ? [key] : [],
      ),
    without(fields) {
      const left = filterEntityFields(document, (field) => !fields.includes(entityFieldKey(field)));
      if (entityFields(left).length === 0) return undefined;
      return { ...node, operation: stripIgnoredCharacters(print(left)) };
    },
  };
}

/** Selections in the form that plans have them. A `@requires` names no fragments. */
function planned({ selections }: SelectionSetNode): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    const { kind, selectionSet } = selection;
    if (kind === Kind.FIELD)
      return [
        { kind, name: selection.name.value, ...(selectionSet && { selections: planned(selectionSet) }) },
      ];
    const typeCondition = selection.typeCondition?.name.value;
    return [
      {
        kind,
        ...(typeCondition !== undefined && { typeCondition }),
        selections: planned(selection.selectionSet),
      },
    ];
  });
}
