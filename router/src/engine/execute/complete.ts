import {
  type GraphQLAbstractType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Variables } from '../engine.ts';
import type { Selected } from './collect-fields.ts';
import { compileLeaf } from './leaf.ts';
import type { NullErrors } from './null-errors.ts';
import { type Data, isData } from './own.ts';

/** One response being shaped; `path` is where. */
export type Shaping = { variables: Variables; path: (string | number)[]; nulls: NullErrors };

/** Completes the value at `key` of `holder`, or gives `bubbles` where a null must go further up. */
export type Complete = (value: unknown, key: string | number, holder: Data, shaping: Shaping) => unknown;

export type CompleteObject = (source: Data, shaping: Shaping) => Data | typeof bubbles;

/** A null on its way to the nearest nullable parent. Whoever sends it has seen to it that an error says why. */
export const bubbles = Symbol('bubbling null');

/** What completing the values of one field takes. */
export type FieldCompiler = {
  schema: GraphQLSchema;
  /** As errors name it: `Type.field`. */
  field: string;
  /** Completes objects of the type with what is selected of the field. */
  object(type: GraphQLObjectType | GraphQLInterfaceType, selected: readonly Selected[]): CompleteObject;
  selected: readonly Selected[];
};

export function compileComplete(type: GraphQLOutputType, compiler: FieldCompiler): Complete {
  if (isNonNullType(type)) return strict(compileValue(type.ofType, compiler), compiler.field);
  const complete = compileValue(type, compiler);
  return (value, key, holder, shaping) => {
    if (value === null) return null;
    if (value === undefined) {
      shaping.nulls.leftOut([...shaping.path, key], holder, compiler.field);
      return null;
    }
    const completed = complete(value, key, holder, shaping);
    return completed === bubbles ? null : completed;
  };
}

function strict(complete: Complete, field: string): Complete {
  return (value, key, holder, shaping) => {
    if (value !== null && value !== undefined) return complete(value, key, holder, shaping);
    const path = [...shaping.path, key];
    if (!shaping.nulls.explained(path, value, holder))
      shaping.nulls.report(path, () => `Cannot return null for non-nullable field ${field}.`);
    return bubbles;
  };
}

/** Completes values that are neither null nor missing. */
function compileValue(type: GraphQLOutputType, compiler: FieldCompiler): Complete {
  if (isListType(type)) return compileList(compileComplete(type.ofType, compiler), compiler.field);
  if (isLeafType(type)) {
    const leaf = compileLeaf(type);
    const what = `a value that is no ${type.name}`;
    return (value, key, _holder, shaping) => leaf(value) ?? useless(what, key, shaping, compiler.field);
  }
  if (isAbstractType(type)) return compileAbstract(type, compiler);
  if (!isObjectType(type)) throw new Error(`${compiler.field} is of no output type`);
  const complete = compiler.object(type, compiler.selected);
  return (value, key, _holder, shaping) =>
    isData(value)
      ? inside(complete, value, key, shaping)
      : useless('a value that is no object', key, shaping, compiler.field);
}

function compileList(complete: Complete, field: string): Complete {
  return (value, key, holder, shaping) => {
    if (!Array.isArray(value)) return useless('a value that is no list', key, shaping, field);
    const items: unknown[] = new Array(value.length);
    shaping.path.push(key);
    for (let index = 0; index < value.length; index++) {
      const item = complete(value[index] ?? null, index, holder, shaping);
      if (item === bubbles) {
        shaping.path.pop();
        return bubbles;
      }
      items[index] = item;
    }
    shaping.path.pop();
    return items;
  };
}

/**
 * Objects of an abstract type are completed by their own type. One whose name is that of an interface comes from the
 * subgraph of an `@interfaceObject`; when nobody asked for its own type, the interface's fields are all there is to it.
 */
function compileAbstract(
  type: GraphQLAbstractType,
  { schema, field, object, selected }: FieldCompiler,
): Complete {
  const byTypename = new Map<unknown, CompleteObject | undefined>();
  const compile = (typename: unknown) => {
    const own = typename === undefined ? type : typeof typename === 'string' && schema.getType(typename);
    if (!isObjectType(own) && !isInterfaceType(own)) return undefined;
    return own === type || schema.isSubType(type, own) ? object(own, selected) : undefined;
  };
  return (value, key, _holder, shaping) => {
    if (!isData(value)) return useless('a value that is no object', key, shaping, field);
    const typename = value['__typename'];
    let complete = byTypename.get(typename);
    if (!complete) {
      complete = compile(typename);
      if (!complete) return useless(`an object that is no ${type.name}`, key, shaping, field);
      byTypename.set(typename, complete);
    }
    return inside(complete, value, key, shaping);
  };
}

function inside(complete: CompleteObject, value: Data, key: string | number, shaping: Shaping): unknown {
  shaping.path.push(key);
  const completed = complete(value, shaping);
  shaping.path.pop();
  return completed;
}

/** The subgraph's mistake, which costs the field. What it sent is not shown: it may be what nobody should see. */
function useless(what: string, key: string | number, shaping: Shaping, field: string): typeof bubbles {
  const message = (subgraph: string) => `${subgraph} gave ${what} for ${field}.`;
  shaping.nulls.report([...shaping.path, key], message, 'SUBGRAPH_MALFORMED_RESPONSE');
  return bubbles;
}
