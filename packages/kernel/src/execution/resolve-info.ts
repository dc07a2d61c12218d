import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { Key, Place, Run, RunFields } from './run.ts';

/** The operation that is compiled, and the variables whose values decide which of its fields are asked for. */
export type Compilation = {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Only those in `@skip` and `@include`. */
  readonly conditions: Readonly<Record<string, unknown>>;
  /** Compiles what is selected of an object of this type by these nodes. */
  subfields(type: GraphQLObjectType, nodes: readonly FieldNode[]): RunFields;
};

/** One field of a selection, before anything runs. */
export type FieldPlan = {
  readonly compilation: Compilation;
  readonly parentType: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
};

/** What resolvers get as `info`. Few look at the path, so it is made when they do. */
export class ResolveInfo implements GraphQLResolveInfo {
  readonly fieldName: string;
  readonly fieldNodes: readonly FieldNode[];
  readonly returnType: GraphQLOutputType;
  readonly parentType: GraphQLObjectType;
  readonly schema: GraphQLSchema;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly rootValue: unknown;
  readonly operation: OperationDefinitionNode;
  readonly variableValues: Record<string, unknown>;
  readonly #place: Place;
  readonly #key: Key;

  constructor({ compilation, parentType, field, nodes }: FieldPlan, run: Run, place: Place, key: Key) {
    this.fieldName = field.name;
    this.fieldNodes = nodes;
    this.returnType = field.type;
    this.parentType = parentType;
    this.schema = compilation.schema;
    this.fragments = compilation.fragments;
    this.rootValue = run.rootValue;
    this.operation = compilation.operation;
    this.variableValues = run.variables;
    this.#place = place;
    this.#key = key;
  }

  get path(): GraphQLResolveInfo['path'] {
    let place = this.#place;
    let key = this.#key;
    // As in graphql-js, the items of a list are told the path of their field.
    while (place.typename === undefined && place.parent) {
      key = place.key;
      place = place.parent;
    }
    return fieldPath(place, key);
  }
}

const fieldPath = ({ parent, key: above, typename }: Place, key: Key): GraphQLResolveInfo['path'] => ({
  prev: parent ? fieldPath(parent, above) : undefined,
  key,
  typename,
});
