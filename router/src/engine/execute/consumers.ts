import { type FetchNode, trimSelectionNodes } from '@apollo/query-planner';
import { parse, print, stripIgnoredCharacters } from 'graphql';
import { type EntityField, entityFields, filterEntityFields } from '../plan/entity-operation.ts';
import type { PlanCompiler } from './compile-plan.ts';
import type { Data } from './own.ts';
import { compileRepresent } from './representations.ts';

/** The fields with a `@requires` of one entity fetch. */
export type Consumers = {
  /** Those of them whose inputs this entity lacks, by response name and type. */
  starved(entity: Data): readonly string[];
  /** The fetch without these fields; undefined when nothing is left of it. */
  without(starved: readonly string[]): FetchNode | undefined;
};

export function consumersOf(node: FetchNode, { types, requires }: PlanCompiler): Consumers {
  const document = parse(node.operation, { noLocation: true });
  const consumers = entityFields(document).flatMap((field) => {
    const set = requires(node.serviceName, field.type, field.field);
    if (!set) return [];
    const represent = compileRepresent(trimSelectionNodes(set.selections), types, (name) => name);
    const hasInputs = (entity: Data) => represent(entity, {});
    return [{ name: nameOf(field), isOf: types.covers(field.type), hasInputs }];
  });
  return {
    starved: (entity) =>
      consumers.flatMap(({ name, isOf, hasInputs }) =>
        isOf(entity['__typename']) && !hasInputs(entity) ? [name] : [],
      ),
    without(starved) {
      const left = filterEntityFields(document, (field) => !starved.includes(nameOf(field)));
      if (entityFields(left).length === 0) return undefined;
      return { ...node, operation: stripIgnoredCharacters(print(left)) };
    },
  };
}

const nameOf = ({ type, responseName }: EntityField) => `${type}.${responseName}`;
