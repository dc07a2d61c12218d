import type { FetchNode } from '@apollo/query-planner';
import type { PlanCompiler } from './compile-plan.ts';
import { type EntityList, putEntity } from './entity-list.ts';
import { type Data, getOwn } from './own.ts';
import { compilePlainInput } from './plain-input.ts';
import { compileRepresent } from './representations.ts';
import { compileRewrites } from './rewrites.ts';

/** What a subgraph is to be told of an entity. */
export type EntityInput = {
  /** Whether the entity has all of it. It has its key, or it has no input at all. */
  complete: boolean;
  /** Where the entity is in a list, into which it is put unless one alike is there. */
  placeIn(list: EntityList, entity: Data): number;
};

/** An entity that cannot be asked for has no input. Its key is null as a rule; `lostFields` tells what is amiss if not. */
export function compileEntityInput(
  node: FetchNode,
  plan: PlanCompiler,
): (entity: Data) => EntityInput | undefined {
  const plain = compilePlainInput(node, plan);
  const { requires = [], inputRewrites, serviceName } = node;
  const { types, realName, entityKeys } = plan;
  const represent = compileRepresent(requires, { types, realName });
  const representParts = compileRepresent(requires, { types, realName, keepsParts: true });
  const rewrite = compileRewrites(inputRewrites, types);
  const keys = entityKeys(serviceName);
  return (entity) => {
    const input = plain(entity);
    if (input) return input;
    const representation: Data = {};
    const complete = represent(entity, representation);
    rewrite?.(representation);
    const { __typename } = representation;
    if (typeof __typename !== 'string') return undefined;
    if (!isKnown(representation, keys.get(__typename) ?? [])) return undefined;
    if (!complete) {
      // Planner 2.14.4 asks in one object for what several fields need, of which variables may leave some out.
      representParts(entity, representation);
      rewrite?.(representation);
    }
    return { complete, placeIn: (list) => placeOfText(list, representation) };
  };
}

/**
 * Whether a representation says, to this subgraph, which entity it stands for. One whose key is null stands for none.
 * And for `{ node { ... on A { f } } }` where `f` requires `g`, planner 2.14.4 lets the key and the type that the
 * subgraph knows into the representation of an A only, but `g` into that of every Node, when an `@interfaceObject`
 * gives `f`.
 */
function isKnown(representation: Data, keys: readonly (readonly string[])[]): boolean {
  return keys.some((fields) => {
    const values = fields.map((field) => getOwn(representation, field));
    return !values.includes(undefined) && values.some((value) => value !== null);
  });
}

function placeOfText(list: EntityList, representation: Data): number {
  const text = JSON.stringify(representation);
  const known = list.byText.get(text);
  if (known !== undefined) return known;
  const place = putEntity(list, representation, text.length);
  list.byText.set(text, place);
  return place;
}
