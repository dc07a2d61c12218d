import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { fragmentsOf } from './execute/collect-fields.ts';
import { mostMistakes, toldMistakes } from './most-mistakes.ts';

/** Checks a document by all rules of the specification, and by those of this engine first. */
export type Validate = (document: DocumentNode) => readonly GraphQLError[];

export function createValidate(
  schema: GraphQLSchema,
  { introspection, isRefused }: { introspection: boolean; isRefused: (name: string) => boolean },
): Validate {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  // Who may not read the schema is not to guess it by "Did you mean".
  const options = { maxErrors: mostMistakes, hideSuggestions: !introspection };
  return (document) => {
    const refused = [...unsupported(document, isRefused), ...conditionalEvents(document)];
    return refused.length > 0 ? refused : toldMistakes(validate(schema, document, rules, options));
  };
}

function unsupported(document: DocumentNode, isRefused: (name: string) => boolean): GraphQLError[] {
  const errors: GraphQLError[] = [];
  visit(document, {
    Directive(node) {
      const { value } = node.name;
      if (value === 'defer' || value === 'stream') errors.push(refusal(`@${value} is not supported.`, node));
    },
    Field({ alias, name }) {
      // What stands under `__typename` in the data is the type, for everything that reads it.
      const isTypename = alias?.value === '__typename' && name.value !== '__typename';
      if (alias && (isTypename || isRefused(alias.value)))
        errors.push(refusal(`"${alias.value}" is not available as an alias.`, alias));
    },
    VariableDefinition(node) {
      // No object can be trusted to hold a property of this name, in whatever library the variables pass through.
      if (node.variable.name.value === '__proto__')
        errors.push(refusal('A variable cannot be named "__proto__".', node));
    },
  });
  return errors;
}

/**
 * A subscription has exactly one root field, so it cannot depend on variables. The specification says so since
 * September 2025; the `validate` of graphql-js 16 throws on it.
 */
function conditionalEvents(document: DocumentNode): GraphQLError[] {
  const fragments = fragmentsOf(document);
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'subscription'
      ? rootConditions(definition).map((directive) =>
          refusal(`@${directive.name.value} is not allowed at the root of a subscription.`, directive),
        )
      : [],
  );

  function rootConditions({ selectionSet }: Pick<OperationDefinitionNode, 'selectionSet'>): DirectiveNode[] {
    const seen = new Set<string>();
    const found: DirectiveNode[] = [];
    const walk = (set: typeof selectionSet): void => {
      for (const selection of set.selections) {
        const isCondition = ({ name }: DirectiveNode) => name.value === 'skip' || name.value === 'include';
        found.push(...(selection.directives ?? []).filter(isCondition));
        if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet);
        if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue;
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) walk(fragment.selectionSet);
      }
    };
    walk(selectionSet);
    return found;
  }
}

const refusal = (message: string, nodes: ASTNode) => new GraphQLError(message, { nodes });
