import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { clientName } from '../plan/free-aliases.ts';
import { collectFields, fragmentsOf, type Occurrence, type Selected } from './collect-fields.ts';
import { bubbles, type Complete, type CompleteObject, compileComplete } from './complete.ts';
import type { Condition } from './conditions.ts';
import { introspect } from './introspect.ts';
import { nullErrors } from './null-errors.ts';
import { type Data, readerOf, setOwn } from './own.ts';
import type { Run } from './run.ts';

/** Makes the response's `data` of what the fetches brought; what had to become null is said in `run.errors`. */
export type Shape = (run: Run) => Data | null;

type Compiler = {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

/**
 * Compiles the selection of an operation into the function that shapes its responses, by the API schema: order of
 * keys, nulls and their propagation as in section 6.4 of the specification.
 */
export function compileShape(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Shape {
  const type = schema.getRootType(operation.operation);
  if (!type) throw new Error(`The schema has no ${operation.operation} type`);
  const compiler = { schema, operation, fragments: fragmentsOf(document) };
  const complete = compileObject(type, [{ selectionSet: operation.selectionSet, when: undefined }], compiler);
  return (run) => {
    const data = complete(run.data, { variables: run.variables, path: [], nulls: nullErrors(run) });
    return data === bubbles ? null : data;
  };
}

type Entry = {
  name: string;
  /** What the client calls it. */
  as: string;
  when: Condition | undefined;
  /** Not the first place where the field may be selected, so it may be there already. */
  again: boolean;
  read: (source: Data) => unknown;
  complete: Complete;
};

/** Fields are compiled when the first object of the type comes: few of an interface's many types ever do. */
function compileObject(
  type: GraphQLObjectType | GraphQLInterfaceType,
  selected: readonly Selected[],
  compiler: Compiler,
): CompleteObject {
  let entries: readonly Entry[] | undefined;
  return (source, shaping) => {
    entries ??= compileEntries(type, selected, compiler);
    const shaped: Data = {};
    for (const { name, as, when, again, read, complete } of entries) {
      if (when && !when(shaping.variables)) continue;
      if (again && Object.hasOwn(shaped, as)) continue;
      const value = complete(read(source), name, source, shaping);
      if (value === bubbles) return bubbles;
      setOwn(shaped, as, value);
    }
    return shaped;
  };
}

function compileEntries(
  type: GraphQLObjectType | GraphQLInterfaceType,
  selected: readonly Selected[],
  compiler: Compiler,
): Entry[] {
  const { occurrences, places, undecided } = collectFields(type, selected, compiler);
  const completes = new Map(
    [...occurrences].map(([name, nodes]) => [name, compileField(type, nodes, compiler)] as const),
  );
  const decide = undecided.map((when): Entry => {
    const name = '__typename';
    return { name, as: name, when, again: false, read: readerOf(name), complete: compileTypename(type) };
  });
  const entries = places.flatMap(({ name, when, first }) => {
    const complete = completes.get(name);
    const as = clientName(name);
    return complete ? [{ name, as, when, again: !first, read: readerOf(name), complete }] : [];
  });
  return [...decide, ...entries];
}

function compileField(
  parent: GraphQLObjectType | GraphQLInterfaceType,
  occurrences: readonly Occurrence[],
  compiler: Compiler,
): Complete {
  const name = occurrences[0]?.node.name.value ?? '';
  if (name === '__typename') return compileTypename(parent);
  if (name === '__schema' || name === '__type') return compileIntrospection(occurrences, compiler);
  const field = parent.getFields()[name];
  if (!field) throw new Error(`${parent.name} has no field ${name}`);
  return compileComplete(field.type, {
    schema: compiler.schema,
    field: `${parent.name}.${name}`,
    object: (type, selected) => compileObject(type, selected, compiler),
    selected: occurrences.flatMap(({ node: { selectionSet }, when }) =>
      selectionSet ? [{ selectionSet, when }] : [],
    ),
  });
}

/** By now the type is known from the data; only that of an `@interfaceObject` may not be: then nothing can be said. */
function compileTypename(type: GraphQLObjectType | GraphQLInterfaceType): Complete {
  if (isObjectType(type)) return () => type.name;
  return (_value, _key, holder, { path, nulls }) => {
    const place = [...path];
    if (
      !nulls.explained(place, null, holder) &&
      !nulls.explained([...place, '__typename'], undefined, holder)
    )
      nulls.report(place, () => `No subgraph could tell of which type this ${type.name} is.`);
    return bubbles;
  };
}

function compileIntrospection(
  occurrences: readonly Occurrence[],
  { schema, operation, fragments }: Compiler,
): Complete {
  return (_value, _key, _holder, { variables }) => {
    const selected = occurrences.filter(({ when }) => !when || when(variables));
    const fields = selected.map(({ node }) => node);
    return introspect(schema, operation, fragments.values(), fields, variables);
  };
}
