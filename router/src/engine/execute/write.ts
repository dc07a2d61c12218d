import {
  type DocumentNode,
  type GraphQLAbstractType,
  GraphQLID,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  type OperationDefinitionNode,
} from 'graphql';
import type { Variables } from '../engine.ts';
import { clientName } from '../plan/free-aliases.ts';
import { collectFields, fragmentsOf, type Occurrence, type Selected } from './collect-fields.ts';
import type { Condition } from './conditions.ts';
import {
  type JsonBytes,
  jsonBytes,
  takeBytes,
  writeByte,
  writeBytes,
  writeJson,
  writeNumber,
  writeString,
} from './json-bytes.ts';
import { compileLeaf } from './leaf.ts';
import { type Data, isData, readerOf } from './own.ts';
import type { Run } from './run.ts';

/** A response without errors as a line of JSON; undefined where something is amiss, which shaping is to find. */
export type WriteAnswer = (run: Run) => Buffer | undefined;

/** Writes a value; false where it is not as the schema has it. */
type Write = (value: unknown, out: JsonBytes, variables: Variables) => boolean;
type WriteObject = (source: Data, out: JsonBytes, variables: Variables) => boolean;

type Compiler = Parameters<typeof collectFields>[2] & { schema: GraphQLSchema };

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const nothing = bytesOf('null');
const yes = bytesOf('true');
const no = bytesOf('false');
const start = bytesOf('{"data":');
const end = bytesOf('}\n');
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Answers are written one after the other, each in one go. */
const shared = jsonBytes();

/**
 * Compiles the selection of an operation into the function that writes its responses straight from what the fetches
 * brought. It knows no errors: whatever is not as it should be ends it, and `compileShape` says what the answer is.
 */
export function compileWrite(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): WriteAnswer {
  const type = schema.getRootType(operation.operation);
  if (!type) throw new Error(`The schema has no ${operation.operation} type`);
  const compiler = { schema, fragments: fragmentsOf(document) };
  const write = compileObject(type, [{ selectionSet: operation.selectionSet, when: undefined }], compiler);
  return ({ data, variables }) => {
    shared.at = 0;
    writeBytes(shared, start);
    if (!write(data, shared, variables)) return undefined;
    writeBytes(shared, end);
    return takeBytes(shared);
  };
}

type Entry = {
  when: Condition | undefined;
  /** With a comma before and a colon after it. */
  key: Uint8Array;
  read: (source: Data) => unknown;
  write: Write;
};

/** Fields are compiled when the first object of the type comes, as when shaping. */
function compileObject(
  type: GraphQLObjectType | GraphQLInterfaceType,
  selected: readonly Selected[],
  compiler: Compiler,
): WriteObject {
  let entries: readonly Entry[] | undefined;
  return (source, out, variables) => {
    entries ??= compileEntries(type, selected, compiler);
    const from = out.at;
    for (const { when, key, read, write } of entries) {
      if (when && !when(variables)) continue;
      writeBytes(out, key);
      if (!write(read(source), out, variables)) return false;
    }
    if (out.at === from) writeByte(out, openBrace);
    else out.bytes[from] = openBrace; // In place of the first comma.
    writeByte(out, closeBrace);
    return true;
  };
}

function compileEntries(
  type: GraphQLObjectType | GraphQLInterfaceType,
  selected: readonly Selected[],
  compiler: Compiler,
): Entry[] {
  const { occurrences, places, undecided } = collectFields(type, selected, compiler);
  const earlier = new Map<string, (Condition | undefined)[]>();
  const entries = places.map(({ name, when }): Entry => {
    const before = earlier.get(name) ?? [];
    earlier.set(name, [...before, when]);
    return {
      when: before.length === 0 ? when : unless(before, when),
      key: bytesOf(`,${JSON.stringify(clientName(name))}:`),
      read: readerOf(name),
      write: compileField(type, occurrences.get(name) ?? [], compiler),
    };
  });
  return [
    ...undecided.map((when): Entry => ({ when, key: nothing, read: () => undefined, write: () => false })),
    ...entries,
  ];
}

/** A field is written at the first of its places whose condition holds. */
const unless =
  (before: readonly (Condition | undefined)[], when: Condition | undefined): Condition =>
  (variables) =>
    (!when || when(variables)) && !before.some((condition) => !condition || condition(variables));

function compileField(
  parent: GraphQLObjectType | GraphQLInterfaceType,
  occurrences: readonly Occurrence[],
  compiler: Compiler,
): Write {
  const name = occurrences[0]?.node.name.value ?? '';
  if (name === '__typename') return isObjectType(parent) ? always(JSON.stringify(parent.name)) : amiss;
  const field = parent.getFields()[name];
  if (!field) return amiss; // Introspection.
  const selected = occurrences.flatMap(({ node: { selectionSet }, when }) =>
    selectionSet ? [{ selectionSet, when }] : [],
  );
  return compileValue(field.type, selected, compiler);
}

const amiss: Write = () => false;

function always(json: string): Write {
  const bytes = bytesOf(json);
  return (_value, out) => {
    writeBytes(out, bytes);
    return true;
  };
}

function compileValue(type: GraphQLOutputType, selected: readonly Selected[], compiler: Compiler): Write {
  if (isNonNullType(type)) {
    const write = compilePresent(type.ofType, selected, compiler);
    // To the leaf types that the specification defines, null is no value of theirs.
    if (isLeafType(type.ofType) && isSpecifiedScalarType(type.ofType)) return write;
    return (value, out, variables) => value !== null && value !== undefined && write(value, out, variables);
  }
  const write = compilePresent(type, selected, compiler);
  return (value, out, variables) => {
    if (value === undefined) return false;
    if (value !== null) return write(value, out, variables);
    writeBytes(out, nothing);
    return true;
  };
}

/** For values that are neither null nor missing. */
function compilePresent(type: GraphQLOutputType, selected: readonly Selected[], compiler: Compiler): Write {
  if (isListType(type)) return writeList(compileValue(type.ofType, selected, compiler));
  if (isAbstractType(type)) return compileAbstract(type, selected, compiler);
  if (isLeafType(type)) return compileWriteLeaf(type);
  if (!isObjectType(type)) return amiss;
  const write = compileObject(type, selected, compiler);
  return (value, out, variables) => isData(value) && write(value, out, variables);
}

function writeList(write: Write): Write {
  return (value, out, variables) => {
    if (!Array.isArray(value)) return false;
    writeByte(out, openBracket);
    for (let index = 0; index < value.length; index++) {
      if (index > 0) writeByte(out, comma);
      if (!write(value[index], out, variables)) return false;
    }
    writeByte(out, closeBracket);
    return true;
  };
}

function compileAbstract(
  type: GraphQLAbstractType,
  selected: readonly Selected[],
  compiler: Compiler,
): Write {
  const byTypename = new Map<unknown, WriteObject | undefined>();
  const compile = (typename: unknown) => {
    const own =
      typename === undefined ? type : typeof typename === 'string' && compiler.schema.getType(typename);
    if (!isObjectType(own) && !isInterfaceType(own)) return undefined;
    return own === type || compiler.schema.isSubType(type, own)
      ? compileObject(own, selected, compiler)
      : undefined;
  };
  return (value, out, variables) => {
    if (!isData(value)) return false;
    const typename = value['__typename'];
    let write = byTypename.get(typename);
    if (!write) {
      write = compile(typename);
      if (!write) return false;
      byTypename.set(typename, write);
    }
    return write(value, out, variables);
  };
}

function compileWriteLeaf(type: GraphQLLeafType): Write {
  const leaf = compileLeaf(type);
  const write: Write = (value, out) => writeLeaf(leaf(value), out);
  if (type !== GraphQLString && type !== GraphQLID) return write;
  // Most of most answers is text, which is what these types write of it.
  return (value, out, variables) => {
    if (typeof value !== 'string') return write(value, out, variables);
    writeString(out, value);
    return true;
  };
}

function writeLeaf(value: unknown, out: JsonBytes): boolean {
  if (typeof value === 'string') writeString(out, value);
  else if (typeof value === 'number' && Number.isFinite(value)) writeNumber(out, value);
  else if (typeof value === 'boolean') writeBytes(out, value ? yes : no);
  else {
    const text: string | undefined = typeof value === 'object' ? JSON.stringify(value) : undefined;
    if (text === undefined) return false;
    writeJson(out, text);
  }
  return true;
}
