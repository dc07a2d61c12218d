import { type DocumentNode, Kind, visit } from 'graphql';

export type Survey = {
  /** The variables in `@skip` and `@include`. */
  conditions: string[];
  /** Nothing is in it that only graphql-js executes. */
  isPlain: boolean;
};

const conditional = new Set(['skip', 'include']);

/** Looks through a document for what the compiled form must know beforehand. */
export function survey(document: DocumentNode): Survey {
  const conditions = new Set<string>();
  let isPlain = true;
  visit(document, {
    Field({ name, alias }) {
      const isIntrospection = name.value.startsWith('__') && name.value !== '__typename';
      // Assigned to an ordinary object, the key `__proto__` would be no key.
      if (isIntrospection || alias?.value === '__proto__') isPlain = false;
    },
    Directive({ name, arguments: args = [] }) {
      if (!conditional.has(name.value)) return;
      for (const { value } of args) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return { conditions: [...conditions], isPlain };
}
