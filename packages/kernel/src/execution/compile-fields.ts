import {
  type FieldNode,
  type GraphQLObjectType,
  getArgumentValues,
  isNonNullType,
  Kind,
  type ValueNode,
} from 'graphql';
import { completerOf } from './complete-value.ts';
import { type Compilation, type FieldPlan, ResolveInfo } from './resolve-info.ts';
import {
  type Complete,
  completeLater,
  fail,
  isPromise,
  type Key,
  type Place,
  type Run,
  type RunFields,
} from './run.ts';

export type CollectedFields = ReadonlyMap<string, readonly FieldNode[]>;

export function compileFields(
  compilation: Compilation,
  type: GraphQLObjectType,
  collected: CollectedFields,
): RunFields {
  const fields = fieldsOf(compilation, type, collected);
  return (source, place, run) => {
    for (const field of fields) {
      field(source, place, run);
      if (place.dead) return;
    }
  };
}

/** One function for each key of the answer, in order. */
export function fieldsOf(
  compilation: Compilation,
  parentType: GraphQLObjectType,
  collected: CollectedFields,
): RunFields[] {
  const known = parentType.getFields();
  return Array.from(collected, ([key, nodes]) => {
    const name = nodes[0]?.name.value ?? '';
    if (name === '__typename')
      return (_source, { container }) => {
        container[key] = parentType.name;
      };
    const field = known[name];
    if (!field) throw new Error(`${parentType.name} has no field ${name}: the operation was not validated`);
    return compileField(key, { compilation, parentType, field, nodes });
  });
}

function compileField(key: Key, plan: FieldPlan): RunFields {
  const { field, nodes } = plan;
  const complete: Complete = completerOf(field.type, plan);
  const position = { nonNull: isNonNullType(field.type), nodes };
  const resolve = field.resolve ? callResolver(key, plan, field.resolve) : readProperty(key, plan);

  return (source, place, run) => {
    try {
      const value = resolve(source, place, run);
      if (isPromise(value)) completeLater(value, complete, place, key, run, position);
      else complete(value, place, key, run);
    } catch (error) {
      fail(run, error, place, key, position);
    }
  };
}

type Resolve = (source: unknown, place: Place, run: Run) => unknown;

function callResolver(
  key: Key,
  plan: FieldPlan,
  resolve: NonNullable<FieldPlan['field']['resolve']>,
): Resolve {
  const argumentsOf = compileArguments(plan);
  return (source, place, run) =>
    resolve(source, argumentsOf(run), run.context, new ResolveInfo(plan, run, place, key));
}

/** What graphql-js does for a field without a resolver. */
function readProperty(key: Key, plan: FieldPlan): Resolve {
  const { name } = plan.field;
  const argumentsOf = compileArguments(plan);
  return (source, place, run) => {
    if ((typeof source !== 'object' && typeof source !== 'function') || source === null) return undefined;
    const holder = source as Record<string, unknown>;
    const property = holder[name];
    if (typeof property !== 'function') return property;
    const info = new ResolveInfo(plan, run, place, key);
    return Reflect.apply(property, source, [argumentsOf(run), run.context, info]);
  };
}

/** Arguments without variables are coerced once; each call gets an object of its own all the same. */
function compileArguments({ field, nodes }: FieldPlan): (run: Run) => Record<string, unknown> {
  const [node] = nodes;
  if (!node || field.args.length === 0) return () => ({});
  if (node.arguments?.some(({ value }) => !isScalarLiteral(value)) ?? false)
    return ({ variables }) => getArgumentValues(field, node, variables);
  let values: Record<string, unknown> | undefined;
  return () => {
    values ??= getArgumentValues(field, node);
    return { ...values };
  };
}

const isScalarLiteral = ({ kind }: ValueNode): boolean =>
  kind !== Kind.VARIABLE && kind !== Kind.LIST && kind !== Kind.OBJECT;
