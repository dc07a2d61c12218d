import type { FetchNode } from '@apollo/query-planner';
import type { SubgraphTransport } from '@meridian/kernel/transport';
import type { RequestContext, Variables } from '../engine.ts';
import { type Answer, readAnswer, unanswered } from './answer.ts';
import { type Data, getOwn, setOwn } from './own.ts';
import { compileRewrites } from './rewrites.ts';
import type { TypeNames } from './type-names.ts';

/** What a call takes of the request that it is made for. */
export type CallContext = Pick<RequestContext, 'headers' | 'signal' | 'deadline' | 'trace'>;

/** Sends the operation of one fetch with these variables. Never rejects. */
export type Call = (context: CallContext, variables: Data) => Promise<Answer>;

export function compileCall(node: FetchNode, transport: SubgraphTransport | undefined): Call {
  const { serviceName: subgraph, operation: query, operationName } = node;
  const kind = node.operationKind === 'query' ? 'query' : 'mutation';
  return async ({ headers, signal, deadline, trace }, variables) => {
    try {
      if (!transport) throw new Error('the router has no way to reach it');
      signal?.throwIfAborted();
      const request = { query, operationName, variables, headers, kind, deadline, trace, signal } as const;
      return readAnswer(await transport.execute(request), subgraph);
    } catch (error) {
      return unanswered(error, subgraph, kind);
    }
  };
}

/** Picks the operation's variables that a fetch uses; one that was not given stays absent. */
export function compileVariables({ variableUsages = [] }: FetchNode): (variables: Variables) => Data {
  return (variables) => {
    const used: Data = {};
    for (const name of variableUsages) {
      const value = getOwn(variables, name);
      if (value !== undefined) setOwn(used, name, value);
    }
    return used;
  };
}

/** The name that the plan knows a response name of this fetch by, after its rewrites. */
export function compileErrorKeys({
  outputRewrites = [],
}: FetchNode): (key: string | number) => string | number {
  const names = new Map<string, string>();
  for (const rewrite of outputRewrites)
    if (rewrite.kind === 'KeyRenamer') names.set(rewrite.path.at(-1) ?? '', rewrite.renameKeyTo);
  return (key) => (typeof key === 'number' ? key : (names.get(key) ?? key));
}

export const compileOutput = (node: FetchNode, types: TypeNames) =>
  compileRewrites(node.outputRewrites, types);
