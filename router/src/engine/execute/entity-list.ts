import type { Data } from './own.ts';

/** What one call asks a subgraph for: each entity once, whoever wants it. */
export type EntityList = {
  representations: Data[];
  /** For how many objects each is that have not got it yet. */
  wanted: number[];
  /** Length of all representations as text, about. */
  characters: number;
  /** Where those stand that consist of plain values: a tree of these values. */
  byValues: Map<unknown, unknown>;
  /** Where any other stands, by its text. */
  byText: Map<string, number>;
};

export const createEntityList = (): EntityList => ({
  representations: [],
  wanted: [],
  characters: 0,
  byValues: new Map(),
  byText: new Map(),
});

/** Puts a representation at the end that is not there yet. Gives its place. */
export function putEntity(list: EntityList, representation: Data, characters: number): number {
  list.characters += characters;
  list.wanted.push(0);
  return list.representations.push(representation) - 1;
}

/** What is asked for in one call by one run: objects, and for each of them the place of its entity in the list. */
export type Batch = { list: EntityList; objects: Data[]; places: number[] };

export const createBatch = (list: EntityList): Batch => ({ list, objects: [], places: [] });

export function addToBatch({ list, objects, places }: Batch, object: Data, place: number): void {
  objects.push(object);
  places.push(place);
  list.wanted[place] = (list.wanted[place] ?? 0) + 1;
}

/** The same batch with a list of its own, of nothing that others want. */
export function separateBatch({ list, objects, places }: Batch): Batch {
  const batch = createBatch(createEntityList());
  const moved = new Map<number, number>();
  for (const [index, place] of places.entries()) {
    const object = objects[index];
    const representation = list.representations[place];
    if (!object || !representation) throw new Error('a batch has a place that is not in its list');
    const own = moved.get(place) ?? putEntity(batch.list, representation, 0);
    moved.set(place, own);
    addToBatch(batch, object, own);
  }
  return batch;
}
