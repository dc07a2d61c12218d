import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { collectFields, fragmentsOf, type Occurrence, type Selected } from './collect-fields.ts';
import type { Condition } from './conditions.ts';
import { type Data, readerOf } from './own.ts';
import type { Run } from './run.ts';
import { quote } from './write-leaf.ts';
import { compileWrite, type Write, type WriteObject } from './write-value.ts';

/**
 * Writes the response's `data` as JSON text, the same bytes as `Shape` and `JSON.stringify` make, without a copy of
 * the data in between. Undefined where there is something to report or to look up; then `Shape` has to do it.
 */
export type WriteData = (run: Pick<Run, 'data' | 'variables'>) => string | undefined;

type Compiler = { schema: GraphQLSchema; fragments: ReadonlyMap<string, FragmentDefinitionNode> };

/** The counterpart of `compileShape`: closures, one for each field, list and type, made once for an operation. */
export function compileWriteData(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): WriteData {
  const type = schema.getRootType(operation.operation);
  if (!type) throw new Error(`The schema has no ${operation.operation} type`);
  const selected = [{ selectionSet: operation.selectionSet, when: undefined }];
  const write = compileObject(type, selected, { schema, fragments: fragmentsOf(document) });
  return ({ data, variables }) => write(data, variables);
}

type Entry = {
  /** The key in quotes, with its colon. */
  key: string;
  when: Condition | undefined;
  read: (source: Data) => unknown;
  write: Write;
};

/** Fields are compiled when the first object of the type comes: few of an interface's many types ever do. */
function compileObject(
  type: GraphQLObjectType,
  selected: readonly Selected[],
  compiler: Compiler,
): WriteObject {
  let entries: readonly Entry[] | undefined;
  return (source, variables) => {
    entries ??= compileEntries(type, selected, compiler);
    let text = '';
    for (const { key, when, read, write } of entries) {
      if (when && !when(variables)) continue;
      const value = write(read(source), variables);
      if (value === undefined) return undefined;
      text += text === '' ? key + value : `,${key}${value}`;
    }
    return `{${text}}`;
  };
}

function compileEntries(type: GraphQLObjectType, selected: readonly Selected[], compiler: Compiler): Entry[] {
  const { occurrences, places } = collectFields(type, selected, compiler);
  const earlier = new Map<string, Condition[]>();
  return places.map(({ name, when }) => {
    const before = earlier.get(name) ?? [];
    if (when) earlier.set(name, [...before, when]);
    return {
      key: `${quote(name)}:`,
      when: atFirst(when, before),
      read: readerOf(name),
      write: compileField(type, occurrences.get(name) ?? [], compiler),
    };
  });
}

/** A field is written at the first of its places whose condition holds. */
function atFirst(when: Condition | undefined, before: readonly Condition[]): Condition | undefined {
  if (before.length === 0) return when;
  return (variables) => (!when || when(variables)) && !before.some((holds) => holds(variables));
}

function compileField(
  parent: GraphQLObjectType,
  occurrences: readonly Occurrence[],
  compiler: Compiler,
): Write {
  const name = occurrences[0]?.node.name.value ?? '';
  if (name === '__typename') {
    const text = quote(parent.name);
    return () => text;
  }
  if (name === '__schema' || name === '__type') return () => undefined;
  const field = parent.getFields()[name];
  if (!field) throw new Error(`${parent.name} has no field ${name}`);
  return compileWrite(field.type, {
    schema: compiler.schema,
    object: (type, selected) => compileObject(type, selected, compiler),
    selected: occurrences.flatMap(({ node: { selectionSet }, when }) =>
      selectionSet ? [{ selectionSet, when }] : [],
    ),
  });
}
