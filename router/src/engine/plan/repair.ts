import type { FetchNode } from '@apollo/query-planner';
import { type DocumentNode, parse, print, type SelectionSetNode } from 'graphql';
import { type TypeNames, typeNames } from '../execute/type-names.ts';
import { asHeld, isOwnName, realInputName } from '../plan-by-levels/inputs.ts';
import { type JoinFacts, readJoinFacts } from '../plan-by-levels/join-facts.ts';
import { type EntityKeys, entityKeysOf } from './entity-keys.ts';
import { fieldOwners, type GivesField } from './field-owners.ts';
import { freeAliases, isFreeAlias } from './free-aliases.ts';
import { foreignFields, type IsForeign } from './misplaced-fields.ts';
import type { Overrides } from './override-labels.ts';
import { overrideLabels } from './override-labels.ts';
import { liftRequiredArguments, requiresKey } from './required-arguments.ts';
import { restoreArguments } from './restore-arguments.ts';
import { dropShadowedKeys } from './shadowed-keys.ts';
import { interfaceObjects } from './supergraph-ast.ts';

/** What plans of one planner say in words of their own. */
export type PlanWords = {
  /** The fetches to make in place of one that the planner made. */
  repairFetch(node: FetchNode): readonly FetchNode[];
  /** The name that a subgraph knows a field by. */
  realName(responseName: string): string;
  /** What the `@requires` of a field asks for, under the names that plans use. */
  requires(subgraph: string, type: string, field: string): SelectionSetNode | undefined;
};

export type Repaired = PlanWords & {
  /** The supergraph that the planner is to work with. */
  sdl: string;
  types: TypeNames;
  entityKeys: EntityKeys;
  /** The same for plans by levels. */
  byLevels: PlanWords;
  factsFor(overrides: Overrides): JoinFacts;
  overrideLabels: readonly string[];
  /** Interfaces that are objects to some subgraphs, and to which. */
  interfaceObjects: ReadonlyMap<string, ReadonlySet<string>>;
  isForeign: IsForeign;
  givesField: GivesField;
  /** The document that is planned and executed in place of the client's. */
  withFreeAliases(document: DocumentNode): DocumentNode;
  /** Whether this name stands for something that only plans have. */
  isReserved(responseName: string): boolean;
  /** Whether no client may use this name. */
  isRefused(responseName: string): boolean;
};

/** Works around what the planner is known to get wrong, without a change to the planner. */
export function repair(supergraphSdl: string): Repaired {
  const kept = dropShadowedKeys(parse(supergraphSdl, { noLocation: true }));
  const { factsFor, requires } = readJoinFacts(kept);
  const { supergraph, ...lifted } = liftRequiredArguments(kept);
  const isReserved = (responseName: string) => lifted.fields.has(responseName) || isOwnName(responseName);
  return {
    sdl: print(supergraph),
    types: typeNames(supergraph),
    repairFetch: (node) => restoreArguments(node, lifted),
    realName: (responseName) => lifted.fields.get(responseName)?.field ?? responseName,
    byLevels: {
      repairFetch: (node) => [node],
      realName: realInputName,
      requires(subgraph, type, field) {
        const set = requires(subgraph, type, field);
        return set && asHeld(set);
      },
    },
    factsFor,
    entityKeys: entityKeysOf(kept),
    requires: (subgraph, type, field) => lifted.requires.get(requiresKey(subgraph, type, field)),
    overrideLabels: overrideLabels(kept),
    interfaceObjects: interfaceObjects(kept),
    isForeign: foreignFields(kept),
    givesField: fieldOwners(kept),
    withFreeAliases: freeAliases(kept),
    isReserved,
    isRefused: (responseName) => isReserved(responseName) || isFreeAlias(responseName),
  };
}
