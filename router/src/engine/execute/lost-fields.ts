import type { FetchNode } from '@apollo/query-planner';
import { type GraphQLFormattedError, parse } from 'graphql';
import type { Variables } from '../engine.ts';
import { type EntityField, entityFieldKey, entityFields } from '../plan/entity-operation.ts';
import { compileErrorKeys } from './call.ts';
import type { PlanCompiler } from './compile-plan.ts';
import type { Consumers } from './consumers.ts';
import { type ErrorPlaces, errorPlaces } from './error-places.ts';
import type { Located } from './fetch-path.ts';
import { type Gap, gapsIn } from './gaps.ts';
import type { Data } from './own.ts';
import { mostErrors, note, type ResponsePath, type Run } from './run.ts';

/**
 * An entity that a fetch cannot ask for, or not for the fields, by key, that are starved. Some of them are spoiled, and told
 * as that; of some the operation selects nothing of the entity's type.
 */
export type NotAsked = {
  entity: Data;
  starved: readonly string[] | undefined;
  spoiled: readonly string[] | undefined;
  unwanted: readonly string[] | undefined;
};

/** Fields that lost their value, by response name, for want of any of these. */
type Loss = { names: ReadonlySet<string>; gaps: readonly Gap[] };

/**
 * Nobody makes up a null. Where a key or an input of a `@requires` is not there, another subgraph has left it out, or has
 * failed, and the fields that it was for say so: with its error, or as its mistake.
 *
 * Three nulls are no mistake, and are what one schema of all subgraphs would give, and Apollo's executors: a key that is
 * null and may be, for then the entity is one that nobody else knows; what a subgraph was to give of an entity for which it
 * answered null; and what an error further up has explained.
 */
export function compileTellLost(
  node: FetchNode,
  plan: PlanCompiler,
  { consumers, locate }: { consumers: () => Consumers; locate: (data: Data) => Located[] },
): (run: Run, notAsked: readonly NotAsked[]) => void {
  const { types } = plan;
  const errorKey = compileErrorKeys(node);
  let known: readonly EntityField[] | undefined;

  /** What the operation selects of an entity; all that it may, where its type is not known. */
  function selectedOf(
    typename: unknown,
    variables: Variables,
    unwanted: readonly string[] = [],
  ): ReadonlySet<string> {
    known ??= entityFields(parse(node.operation, { noLocation: true }));
    const selected = known.filter(
      (field) =>
        (!field.when || field.when(variables)) &&
        (field.type === '' || typename === undefined || types.mayBe(field.type, typename)) &&
        !unwanted.includes(entityFieldKey(field)),
    );
    return new Set(selected.map(({ responseName }) => String(errorKey(responseName))));
  }

  function withoutKey({ entity, unwanted }: NotAsked, variables: Variables): Loss {
    const { __typename: type } = entity;
    if (typeof type !== 'string' || !types.isType(type)) {
      const why = type === undefined || type === null ? 'nothing' : 'no type';
      const gap = { place: ['__typename'], holder: entity, why } as const;
      return { names: selectedOf(undefined, variables), gaps: [gap] };
    }
    const keys = new Set<unknown>();
    for (const [name, fields] of plan.entityKeys(node.serviceName))
      if (types.mayBe(name, type)) for (const field of fields.flat()) keys.add(field);
    const gaps = gapsIn(node.requires ?? [], entity, type, plan);
    return {
      names: selectedOf(type, variables, unwanted),
      gaps: gaps.filter(({ place: [name] }) => keys.has(plan.realName(String(name)))),
    };
  }

  const withoutInputs = ({ entity, starved, spoiled, unwanted }: NotAsked, variables: Variables): Loss[] =>
    consumers()
      .of(entity)
      .filter(
        ({ key, when }) =>
          starved?.includes(key) &&
          !spoiled?.includes(key) &&
          !unwanted?.includes(key) &&
          (!when || when(variables)),
      )
      .map(({ responseName, inputs }) => {
        const gaps = gapsIn(inputs, entity, String(entity['__typename']), plan);
        // A null is an input like any other.
        const missing = gaps.filter(({ why }) => why === 'nothing' || why === 'too deep');
        return { names: new Set([responseName]), gaps: missing };
      });

  function tellWhy(run: Run, losses: ReadonlyMap<Data, readonly Loss[]>): void {
    const isOpen = ({ gaps }: Loss) => gaps.some(({ why }) => why !== 'null' || run.errors.length > 0);
    if (![...losses.values()].some((all) => all.some(isOpen))) return;
    const places = errorPlaces(run.errors);
    for (const { object, path } of locate(run.data))
      for (const { names, gaps } of losses.get(object) ?? []) {
        const reason = reasonOf(gaps, path, run, { places, realName: plan.realName, node });
        if (reason) tell(run, path, names, reason);
      }
  }

  return (run, notAsked) => {
    const losses = new Map<Data, readonly Loss[]>();
    for (const one of notAsked) {
      const all = one.starved ? withoutInputs(one, run.variables) : [withoutKey(one, run.variables)];
      // Without a gap it is of a type that this fetch is not for.
      losses.set(
        one.entity,
        all.filter(({ gaps }) => gaps.length > 0),
      );
    }
    tellWhy(run, losses);
    for (const [entity, all] of losses)
      for (const { names } of all) for (const name of names) note(run.notAsked, entity, name);
  };
}

function tell(run: Run, path: ResponsePath, names: ReadonlySet<string>, reason: Reason): void {
  for (const name of names) {
    if (run.errors.length >= mostErrors) return;
    const error = { ...reason.error, path: [...path, name] };
    run.errors.push(error);
    run.spoiling.set(error, 'field');
  }
  if (reason.cause && names.size > 0) run.spoiling.set(reason.cause, { inputBelow: path.length });
}

/** What is said, and the error that it repeats. */
type Reason = { error: GraphQLFormattedError; cause?: GraphQLFormattedError };

function reasonOf(
  gaps: readonly Gap[],
  path: ResponsePath,
  { giver, strangers, notAsked }: Pick<Run, 'giver' | 'strangers' | 'notAsked'>,
  { places, realName, node }: { places: ErrorPlaces; realName: PlanCompiler['realName']; node: FetchNode },
): Reason | undefined {
  for (const { place, holder, why } of gaps) {
    const at = [...path, ...place];
    const cause = places.within(at);
    if (cause) return { error: cause, cause };
    if (why === 'null' || notAsked.get(holder)?.has(String(place.at(-1)))) continue;
    // Who gives an object names its type.
    const subgraph = giver(place.at(-1) === '__typename' ? at.slice(0, -1) : at, node);
    if (places.isAround(at, subgraph)) continue;
    if (subgraph !== undefined && strangers.get(holder)?.has(subgraph)) continue;
    const name = place
      .filter((key) => typeof key === 'string')
      .map(realName)
      .join('.');
    return { error: mistake(subgraph, why, name) };
  }
  return undefined;
}

const mistakes = {
  nothing: 'left out',
  'null that may not be': 'gave a null that may not be for',
  'too deep': 'gave what is nested too deep for',
  'no type': 'gave no type that there is as',
} as const;

const mistake = (
  subgraph: string | undefined,
  why: keyof typeof mistakes,
  name: string,
): GraphQLFormattedError => ({
  message: `${subgraph === undefined ? 'A subgraph' : `Subgraph "${subgraph}"`} ${mistakes[why]} "${name}", which this field needs`,
  extensions: {
    code: 'SUBGRAPH_MALFORMED_RESPONSE',
    retryable: false,
    ...(subgraph !== undefined && { subgraph }),
  },
});
