import type { Data } from './own.ts';

/** What a subgraph is asked for: representations without repetition, each with the objects that it stands for. */
export type Batch = {
  representations: Data[];
  targets: Data[][];
  byText: Map<string, Data[]>;
};

export const createBatch = (): Batch => ({ representations: [], targets: [], byText: new Map() });

export function addToBatch(
  { representations, targets, byText }: Batch,
  representation: Data,
  target: Data,
): void {
  const text = JSON.stringify(representation);
  const alike = byText.get(text);
  if (alike) {
    alike.push(target);
    return;
  }
  const first = [target];
  byText.set(text, first);
  representations.push(representation);
  targets.push(first);
}
