import {
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Variables } from '../engine.ts';
import type { Selected } from './collect-fields.ts';
import { type Data, isData } from './own.ts';
import { compileWriteLeaf } from './write-leaf.ts';

/** JSON text of a value, or undefined where the answer cannot be written straight: an error has to be reported. */
export type Write = (value: unknown, variables: Variables) => string | undefined;

export type WriteObject = (source: Data, variables: Variables) => string | undefined;

/** What writing the values of one field takes. */
export type FieldWriter = {
  schema: GraphQLSchema;
  /** Writes objects of the type with what is selected of the field. */
  object(type: GraphQLObjectType, selected: readonly Selected[]): WriteObject;
  selected: readonly Selected[];
};

/** The counterpart of `compileComplete` for values about which there is nothing to report. */
export function compileWrite(type: GraphQLOutputType, writer: FieldWriter): Write {
  const write = compileValue(isNonNullType(type) ? type.ofType : type, writer);
  const ofNothing = isNonNullType(type) ? undefined : 'null';
  return (value, variables) => (value === null || value === undefined ? ofNothing : write(value, variables));
}

/** Writes values that are neither null nor missing. */
function compileValue(type: GraphQLOutputType, writer: FieldWriter): Write {
  if (isListType(type)) return writeList(compileWrite(type.ofType, writer));
  if (isLeafType(type)) return compileWriteLeaf(type);
  if (isAbstractType(type)) return writeAbstract(type, writer);
  if (!isObjectType(type)) throw new Error(`${String(type)} is no output type`);
  const write = writer.object(type, writer.selected);
  return (value, variables) => (isData(value) ? write(value, variables) : undefined);
}

function writeList(write: Write): Write {
  return (value, variables) => {
    if (!Array.isArray(value)) return undefined;
    let text = '[';
    for (let index = 0; index < value.length; index++) {
      const item = write(value[index], variables);
      if (item === undefined) return undefined;
      text += index === 0 ? item : `,${item}`;
    }
    return `${text}]`;
  };
}

/** An object whose own type could not be settled may be half answerable, which is not for this writer to find out. */
function writeAbstract(type: GraphQLAbstractType, { schema, object, selected }: FieldWriter): Write {
  const byTypename = new Map<unknown, WriteObject>();
  return (value, variables) => {
    if (!isData(value)) return undefined;
    const typename = value['__typename'];
    let write = byTypename.get(typename);
    if (!write) {
      const own = typeof typename === 'string' ? schema.getType(typename) : undefined;
      if (!isObjectType(own) || !schema.isSubType(type, own)) return undefined;
      write = object(own, selected);
      byTypename.set(typename, write);
    }
    return write(value, variables);
  };
}
