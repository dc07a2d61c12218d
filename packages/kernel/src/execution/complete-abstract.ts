import {
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { completeObject } from './complete-object.ts';
import { type FieldPlan, ResolveInfo } from './resolve-info.ts';
import { type Complete, completeLater, isPromise } from './run.ts';

/** For an interface or union: asks of which object type the value is, and completes it as that. */
export function completeAbstract(type: GraphQLAbstractType, nonNull: boolean, plan: FieldPlan): Complete {
  const { nodes } = plan;
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const completers = new Map<unknown, Complete>();

  const completerFor = (name: unknown, value: unknown): Complete => {
    const known = completers.get(name);
    if (known) return known;
    const fresh = completeObject(runtimeType(name, value), nonNull, plan);
    completers.set(name, fresh);
    return fresh;
  };

  function runtimeType(name: unknown, value: unknown): GraphQLObjectType {
    const { compilation, parentType, field } = plan;
    const must = `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${parentType.name}.${field.name}"`;
    if (name === null || name === undefined)
      throw refused(
        `${must}. Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
        nodes,
      );
    if (typeof name !== 'string')
      throw refused(`${must} with value ${inspect(value)}, received "${inspect(name)}".`);
    const found = compilation.schema.getType(name);
    const was = `Abstract type "${type.name}" was resolved to a`;
    if (!found) throw refused(`${was} type "${name}" that does not exist inside the schema.`, nodes);
    if (!isObjectType(found)) throw refused(`${was} non-object type "${name}".`, nodes);
    if (!compilation.schema.isSubType(type, found))
      throw refused(`Runtime Object type "${name}" is not a possible type for "${type.name}".`, nodes);
    return found;
  }

  return (value, parent, key, run) => {
    const name = resolveType(value, run.context, new ResolveInfo(plan, run, parent, key), type);
    if (!isPromise(name)) return completerFor(name, value)(value, parent, key, run);
    const complete: Complete = (resolved) => completerFor(resolved, value)(value, parent, key, run);
    completeLater(name, complete, parent, key, run, { nonNull, nodes });
  };
}

const refused = (message: string, nodes?: readonly FieldNode[]) =>
  new GraphQLError(message, nodes ? { nodes } : {});
