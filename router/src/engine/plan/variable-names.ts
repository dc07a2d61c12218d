import { type DocumentNode, type OperationDefinitionNode, visit } from 'graphql';
import type { Variables } from '../engine.ts';
import { type Data, getOwn, setOwn } from '../execute/own.ts';

/** Names that fetches give to variables of their own. */
const taken = /^(representations|contextualArgument_\w+)$/;

/**
 * Plans know clients' variables by their own names, beside those of the fetches. A client may use one of these, too:
 * it is renamed in what the planner sees.
 */
export function withFreeVariableNames(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
): { document: DocumentNode; rename: (variables: Variables) => Variables } {
  const names = new Set(variableDefinitions.map(({ variable }) => variable.name.value));
  const renamed = new Map<string, string>();
  for (const name of names) if (taken.test(name)) renamed.set(name, freeName(`client_${name}`, names));
  if (renamed.size === 0) return { document, rename: (variables) => variables };
  return {
    document: visit(document, {
      Variable(node) {
        const value = renamed.get(node.name.value);
        return value === undefined ? undefined : { ...node, name: { ...node.name, value } };
      },
    }),
    rename(variables) {
      const all: Data = { ...variables };
      for (const [name, free] of renamed) {
        const value = getOwn(variables, name);
        if (value !== undefined) setOwn(all, free, value);
      }
      return all;
    },
  };
}

/** The name, or one like it that is not among these. */
export const freeName = (wanted: string, names: ReadonlySet<string>): string =>
  names.has(wanted) ? freeName(`${wanted}_`, names) : wanted;
