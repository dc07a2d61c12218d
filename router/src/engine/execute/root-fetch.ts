import type { FetchNode } from '@apollo/query-planner';
import { askedAt } from '../plan/asked-fields.ts';
import { type Answer, malformed, nestedTooDeep, type SubgraphError } from './answer.ts';
import { compileCall, compileErrorKeys, compileOutput, compileVariables } from './call.ts';
import type { PlanCompiler } from './compile-plan.ts';
import { commonPath, compileFetchPath, type Located } from './fetch-path.ts';
import { compileDropForeign } from './foreign-fields.ts';
import type { Data } from './own.ts';
import { rootFields } from './root-fields.ts';
import { mostErrors, note, type ResponsePath, type Run, type Step } from './run.ts';
import { compileWanted } from './wanted-fetch.ts';

/** Takes over the answer of a fetch, whoever made it: an event of a subscription is one, too. */
export type Receive = (run: Run, targets: readonly Data[], answer: Answer) => void;

/**
 * A fetch of root fields. Its data belongs at the root, or where a field gives the root again, as the `query` field
 * of a mutation's payload may: then there can be several such places.
 */
export function compileRootFetch(
  node: FetchNode,
  path: readonly (string | number)[],
  plan: PlanCompiler,
): Step {
  const { collect } = compileFetchPath(path, plan.types);
  const call = compileCall(node, plan.transports.get(node.serviceName));
  const variables = compileVariables(node);
  const receive = compileReceive(node, path, plan);
  const wanted = compileWanted(node);
  return (run) => {
    if (wanted && !wanted(run.variables)) return undefined;
    const targets = collect(run.data);
    if (targets.length === 0) return undefined;
    return call(run.context, variables(run.variables)).then((answer) => {
      try {
        receive(run, targets, answer);
      } catch {
        receive(run, targets, malformed(node.serviceName, nestedTooDeep));
      }
    });
  };
}

export function compileReceive(
  node: FetchNode,
  path: readonly (string | number)[],
  { types, merge, asked }: PlanCompiler,
): Receive {
  const { locate } = compileFetchPath(path, types);
  const rewrite = compileOutput(node, types);
  const errorKey = compileErrorKeys(node);
  const fields = rootFields(node.operation);
  const dropForeign = compileDropForeign(node, askedAt(asked, path), types);
  return (run, targets, { data, errors }) => {
    if (errors.length > 0) {
      const places = locate(run.data).filter(({ object }) => targets.includes(object));
      for (const error of errors.slice(0, mostErrors))
        for (const where of placed(error, places, fields, errorKey)) run.errors.push(where);
      if (!data) for (const target of targets) note(run.bereft, target, node.serviceName);
    }
    if (!data) return;
    rewrite?.(data);
    dropForeign?.(data, undefined);
    for (const [index, target] of targets.entries()) merge(target, data, index < targets.length - 1);
  };
}

function placed(
  { message, path, extensions }: SubgraphError,
  places: readonly Located[],
  fields: readonly string[],
  errorKey: (key: string | number) => string | number,
) {
  const at: ResponsePath[] =
    path && fields.includes(String(path[0]))
      ? places.map((place) => [...place.path, ...path.map(errorKey)])
      : [commonPath(places.flatMap((place) => fields.map((field) => [...place.path, field])))];
  return at.map((where) => ({ message, ...(where.length > 0 ? { path: where } : {}), extensions }));
}
