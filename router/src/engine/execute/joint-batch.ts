import type { Answer, SubgraphError } from './answer.ts';
import type { Batch } from './batch.ts';
import { copyOf } from './merge.ts';
import type { Data } from './own.ts';

/** What several runs want of one subgraph: each entity once, whoever wants it. */
export type JointBatch = {
  representations: Data[];
  /** Where each representation stands, by its text. */
  places: Map<string, number>;
  /** How many runs are still to get each entity. */
  wanted: number[];
  /** Length of all representations as text. */
  characters: number;
};

export const createJointBatch = (): JointBatch => ({
  representations: [],
  places: new Map(),
  wanted: [],
  characters: 0,
});

/** Adds what one run wants. Gives the place of each of its entities, in its own order. */
export function addToJointBatch(joint: JointBatch, { representations, byText }: Batch): number[] {
  const own: number[] = [];
  for (const text of byText.keys()) {
    const representation = representations[own.length];
    let place = joint.places.get(text);
    if (place === undefined && representation) {
      place = joint.representations.push(representation) - 1;
      joint.places.set(text, place);
      joint.characters += text.length;
      joint.wanted.push(0);
    }
    if (place === undefined) throw new Error('a batch has fewer representations than texts');
    joint.wanted[place] = (joint.wanted[place] ?? 0) + 1;
    own.push(place);
  }
  return own;
}

/** The list of entities, where an answer has one for each representation. */
export function jointEntities({ data }: Answer, { representations }: JointBatch): unknown[] | undefined {
  const entities = data?.['_entities'];
  return Array.isArray(entities) && entities.length === representations.length ? entities : undefined;
}

/**
 * The part of an answer that is one run's, as if it had asked alone. Runs write into what they get, so all but the last
 * to get an entity get a copy. An error about an entity is for those who want that entity, any other is for all.
 */
export function shareOf(
  entities: readonly unknown[],
  errors: readonly SubgraphError[],
  own: readonly number[],
  { wanted }: JointBatch,
): Answer {
  const mine = own.map((place) => {
    const left = (wanted[place] ?? 0) - 1;
    wanted[place] = left;
    return left > 0 ? copyOf(entities[place]) : entities[place];
  });
  return {
    data: { _entities: mine },
    errors: errors.flatMap((error) => errorFor(error, own, entities.length)),
  };
}

function errorFor(error: SubgraphError, own: readonly number[], count: number): SubgraphError[] {
  const [field, place, ...rest] = error.path ?? [];
  if (field !== '_entities' || typeof place !== 'number' || place < 0 || place >= count) return [error];
  const index = own.indexOf(place);
  return index === -1 ? [] : [{ ...error, path: ['_entities', index, ...rest] }];
}
