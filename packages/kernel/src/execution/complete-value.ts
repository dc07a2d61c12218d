import {
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { completeAbstract } from './complete-abstract.ts';
import { completeObject } from './complete-object.ts';
import type { FieldPlan } from './resolve-info.ts';
import { type Complete, type Container, completeLater, fail, isPromise, type Place } from './run.ts';

/** "Value Completion" of the specification for one type, with the choices that the type decides made beforehand. */
export function completerOf(type: GraphQLOutputType, plan: FieldPlan): Complete {
  const nonNull = isNonNullType(type);
  const present = presentCompleter(nonNull ? type.ofType : type, nonNull, plan);
  const { parentType, field } = plan;

  return (value, place, key, run) => {
    if (value === null || value === undefined) {
      if (nonNull)
        throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${field.name}.`);
      place.container[key] = null;
    } else if (value instanceof Error) {
      throw value;
    } else {
      present(value, place, key, run);
    }
  };
}

/** For a value that is there. `nonNull` is about the position. */
function presentCompleter(type: GraphQLOutputType, nonNull: boolean, plan: FieldPlan): Complete {
  if (isLeafType(type)) return completeLeaf(type);
  if (isListType(type)) return completeList(type, nonNull, plan);
  if (isAbstractType(type)) return completeAbstract(type, nonNull, plan);
  if (isNonNullType(type)) throw new Error(`${inspect(type)} is non-null twice`);
  return completeObject(type, nonNull, plan);
}

function completeLeaf(type: GraphQLLeafType): Complete {
  return (value, place, key) => {
    const serialized = type.serialize(value);
    if (serialized === null || serialized === undefined)
      throw new Error(
        `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialized)}`,
      );
    place.container[key] = serialized;
  };
}

function completeList(type: GraphQLList<GraphQLOutputType>, nonNull: boolean, plan: FieldPlan): Complete {
  const { parentType, field, nodes } = plan;
  const completeItem = completerOf(type.ofType, plan);
  const position = { nonNull: isNonNullType(type.ofType), nodes };

  return (value, parent, key, run) => {
    if (!isIterable(value))
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${parentType.name}.${field.name}".`,
      );
    const items: unknown[] = [];
    const container = items as unknown as Container; // An array is written by index.
    parent.container[key] = items;
    const list: Place = { parent, key, container, typename: undefined, nonNull, dead: false };
    let index = 0;
    for (const item of value) {
      const at = index++;
      try {
        if (isPromise(item)) completeLater(item, completeItem, list, at, run, position);
        else if (!list.dead) completeItem(item, list, at, run);
      } catch (error) {
        fail(run, error, list, at, position);
      }
    }
  };
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;
