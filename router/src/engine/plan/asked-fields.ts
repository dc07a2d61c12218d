import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';

/** All that is asked for at one place of the response. */
export type Asked = AskedField[];

export type AskedField = {
  /** The response name, after the rewrites of its fetch. */
  name: string;
  /** The types of the fragments around it, all of which the object is of. */
  on: readonly string[];
  /** What asks for it; undefined where it only leads to the place of a fetch. */
  fetch: FetchNode | undefined;
  below: Asked;
};

/** What a fetch asks for at the place where it is merged. */
export function askedBy(fetch: FetchNode): Asked {
  const renamed = new Map<string, string>();
  for (const rewrite of fetch.outputRewrites ?? [])
    if (rewrite.kind === 'KeyRenamer') renamed.set(rewrite.path.at(-1) ?? '', rewrite.renameKeyTo);

  const select = ({ selections }: SelectionSetNode, on: readonly string[] = []): Asked =>
    selections.flatMap((selection): Asked => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      const { selectionSet } = selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition?.name.value;
        return select(selection.selectionSet, type === undefined ? on : [...on, type]);
      }
      const name = (selection.alias ?? selection.name).value;
      const below = selectionSet ? select(selectionSet) : [];
      return [{ name: renamed.get(name) ?? name, on, fetch, below }];
    });

  const [definition] = parse(fetch.operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  const fields = select(definition.selectionSet);
  return fetch.requires ? fields.flatMap(({ below }) => below) : fields;
}

/** What all fetches of a plan ask for, from the root of the response on, in the order of the plan. */
export function askedByPlan(
  plan: PlanNode | SubscriptionNode | undefined,
  repairFetch: (node: FetchNode) => readonly FetchNode[],
): Asked {
  const root: Asked = [];
  if (plan) walk(plan, root);
  return root;

  function walk(node: PlanNode | SubscriptionNode, place: Asked): void {
    switch (node.kind) {
      case 'Fetch':
        for (const fetch of repairFetch(node)) place.push(...askedBy(fetch));
        return;
      case 'Flatten':
        walk(node.node, node.path.map(String).reduce(stepInto, place));
        return;
      case 'Sequence':
      case 'Parallel':
        for (const child of node.nodes) walk(child, place);
        return;
      case 'Condition':
        for (const clause of [node.ifClause, node.elseClause]) if (clause) walk(clause, place);
        return;
      case 'Subscription':
        walk(node.primary, place);
        if (node.rest) walk(node.rest, place);
        return;
      case 'Defer':
    }
  }
}

function stepInto(place: Asked, element: string): Asked {
  const name = nameOf(element);
  if (name === undefined) return place;
  const below: Asked = [];
  place.push({ name, on: [], fetch: undefined, below });
  return below;
}

/** What is asked for at the end of a path of a plan. */
export const askedAt = (asked: Asked, path: readonly (string | number)[]): Asked =>
  path.map(String).reduce((place, element) => {
    const name = nameOf(element);
    return name === undefined ? place : below(place, name);
  }, asked);

/** @param element of a path: a name without the types that it is for; items of lists have none */
function nameOf(element: string): string | undefined {
  const [name = ''] = element.split('|', 1);
  return name === '' || name === '@' ? undefined : name;
}

/** What is asked for below fields of one name. */
export const below = (place: Asked, name: string): Asked =>
  place.flatMap((field) => (field.name === name ? field.below : []));
