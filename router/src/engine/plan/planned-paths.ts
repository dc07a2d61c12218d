import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';

/** Where the fetches of a plan put data: response names from the root on, each after a dot. */
export function plannedPaths(plan: PlanNode | SubscriptionNode | undefined): ReadonlySet<string> {
  const paths = new Set<string>();
  if (plan) walk(plan, '');
  return paths;

  function walk(node: PlanNode | SubscriptionNode, below: string): void {
    switch (node.kind) {
      case 'Fetch':
        fetch(node, below);
        return;
      case 'Flatten':
        walk(
          node.node,
          node.path.reduce((path: string, element) => path + nameOf(String(element)), below),
        );
        return;
      case 'Sequence':
      case 'Parallel':
        for (const child of node.nodes) walk(child, below);
        return;
      case 'Condition':
        for (const clause of [node.ifClause, node.elseClause]) if (clause) walk(clause, below);
        return;
      case 'Subscription':
        walk(node.primary, below);
        if (node.rest) walk(node.rest, below);
        return;
      case 'Defer':
    }
  }

  function fetch({ operation, requires, outputRewrites = [] }: FetchNode, below: string): void {
    const renamed = new Map<string, string>();
    for (const rewrite of outputRewrites)
      if (rewrite.kind === 'KeyRenamer') renamed.set(rewrite.path.at(-1) ?? '', rewrite.renameKeyTo);

    const select = ({ selections }: SelectionSetNode, path: string, isEntities: boolean): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          select(selection.selectionSet, path, isEntities);
          continue;
        }
        const name = (selection.alias ?? selection.name).value;
        const own = isEntities ? path : `${path}.${renamed.get(name) ?? name}`;
        paths.add(own);
        if (selection.selectionSet) select(selection.selectionSet, own, false);
      }
    };
    const [definition] = parse(operation, { noLocation: true }).definitions;
    if (definition?.kind === Kind.OPERATION_DEFINITION)
      select(definition.selectionSet, below, requires !== undefined);
  }
}

/** An element of a path without the types that it is for; items of lists have no name. */
function nameOf(element: string): string {
  const [name = ''] = element.split('|', 1);
  return name === '' || name === '@' ? '' : `.${name}`;
}
