import { GraphQLError, type GraphQLObjectType } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { type FieldPlan, ResolveInfo } from './resolve-info.ts';
import { type Complete, completeLater, isPromise, type Place, type RunFields } from './run.ts';

/** For an object type. Its fields are compiled when the first such object comes along. */
export function completeObject(type: GraphQLObjectType, nonNull: boolean, plan: FieldPlan): Complete {
  const { compilation, nodes } = plan;
  const { isTypeOf } = type;
  const typename = type.name;
  let runFields: RunFields | undefined;

  const complete: Complete = (source, parent, key, run) => {
    runFields ??= compilation.subfields(type, nodes);
    const container = {};
    parent.container[key] = container;
    const place: Place = { parent, key, container, typename, nonNull, dead: false };
    runFields(source, place, run);
  };

  if (!isTypeOf) return complete;

  return (source, parent, key, run) => {
    const decide: Complete = (isOfType) => {
      if (isOfType) return complete(source, parent, key, run);
      throw new GraphQLError(`Expected value of type "${typename}" but got: ${inspect(source)}.`, { nodes });
    };
    const answer = isTypeOf(source, run.context, new ResolveInfo(plan, run, parent, key));
    if (isPromise(answer)) completeLater(answer, decide, parent, key, run, { nonNull, nodes });
    else decide(answer, parent, key, run);
  };
}
