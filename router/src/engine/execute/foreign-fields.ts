import type { FetchNode } from '@apollo/query-planner';
import { type Asked, askedBy, below } from '../plan/asked-fields.ts';
import type { Call } from './call.ts';
import { type Data, isData, readerOf, setOwn } from './own.ts';
import { mostLevels } from './shallow.ts';
import type { TypeNames } from './type-names.ts';

/** Takes out of an object, which is of that type, what its subgraph was not asked for and others were. */
export type DropForeign = (object: Data, typename: unknown) => void;

/**
 * A subgraph that sends what it was not asked for must not put words into another's mouth: whatever it has under a name
 * that another fetch of the plan asks for at the same place is taken out before it is merged. What nobody asks for is
 * read by nobody, and stays; so only objects are looked at to which several fetches contribute.
 * @param plan what all fetches of the plan ask for at the place of this one
 */
export function compileDropForeign(fetch: FetchNode, plan: Asked, types: TypeNames): DropForeign | undefined {
  return compile(askedBy(fetch), plan);

  function compile(own: Asked, all: Asked): DropForeign | undefined {
    if (!isShared(own, all)) return undefined;
    const everything = compileForm(own, all);
    if (own.every(({ on }) => on.length === 0)) return (object) => drop(object, everything);
    // What it sends as the name of a type may be any text: forms are kept for types that there are.
    const forms = new Map<unknown, Form>();
    const formOf = (typename: unknown): Form => {
      if (typeof typename !== 'string' || !types.isObject(typename)) return everything;
      const ofType = own.filter(({ on }) => on.every((type) => types.covers(type)(typename)));
      const form = compileForm(ofType, all);
      forms.set(typename, form);
      return form;
    };
    return (object, typename) => drop(object, forms.get(typename) ?? formOf(typename));
  }

  function compileForm(own: Asked, all: Asked): Form {
    const names = namesOf(own);
    const inner = [...names].flatMap((name) => {
      const dropBelow = compile(below(own, name), below(all, name));
      return dropBelow ? [{ read: readerOf(name), drop: dropBelow }] : [];
    });
    return { foreign: [...namesOfOthers(all)].filter((name) => !names.has(name)), inner };
  }

  /** Whether others contribute to any object that it sends, unless they ask for what it is always asked for. */
  function isShared(own: Asked, all: Asked): boolean {
    const always = namesOf(own.filter(({ on }) => on.length === 0));
    return (
      [...namesOfOthers(all)].some((name) => !always.has(name)) ||
      [...namesOf(own)].some((name) => isShared(below(own, name), below(all, name)))
    );
  }

  function namesOfOthers(all: Asked): ReadonlySet<string> {
    return namesOf(all.filter((field) => field.fetch && field.fetch !== fetch));
  }
}

/** What is dropped of objects of one type, and the fields whose objects are looked at too. */
type Form = {
  foreign: readonly string[];
  inner: readonly { read: (object: Data) => unknown; drop: DropForeign }[];
};

const namesOf = (asked: Asked): ReadonlySet<string> => new Set(asked.map(({ name }) => name));

function drop(object: Data, { foreign, inner }: Form): void {
  for (const name of foreign)
    if (object[name] !== undefined && Object.hasOwn(object, name)) setOwn(object, name, undefined);
  for (const { read, drop } of inner) dropWithin(read(object), drop, mostLevels);
}

function dropWithin(value: unknown, drop: DropForeign, levels: number): void {
  if (Array.isArray(value)) {
    if (levels > 0) for (const item of value) dropWithin(item, drop, levels - 1);
  } else if (isData(value)) drop(value, value['__typename']);
}

/** The same call for entities, which come without foreign fields. The type of each is the one that it was asked for by. */
export const withoutForeign =
  (call: Call, dropForeign: DropForeign): Call =>
  async (context, variables) => {
    const answer = await call(context, variables);
    const entities = answer.data?.['_entities'];
    const { representations } = variables;
    if (Array.isArray(entities) && Array.isArray(representations))
      for (let at = 0; at < entities.length; at++)
        if (isData(entities[at])) dropForeign(entities[at], representations[at]?.__typename);
    return answer;
  };
