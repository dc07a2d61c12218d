import type { Pool } from 'pg';
import type { BySubgraph } from '../subgraph-names.ts';
import type { CsvRow } from './csv-file.ts';
import type { MalformedFile } from './malformed-file.ts';
import type { Tally } from './tally.ts';

/** One pool per subgraph, each of the subgraph's own role. */
export type Pools = BySubgraph<Pool>;

/** Where something of the file begins and ends. */
export type Placed = { firstLine: number; lastLine: number };

/**
 * What one kind of file means. It is read twice: the first time to see that all of it is well formed and to learn what
 * the second needs, the second time to write it, batch by batch.
 */
export type Dataset<Column extends string, Item extends Placed, Survey> = {
  /** With the version of its rules: a file that was imported by older rules is imported anew. */
  name: string;
  columns: readonly Column[];
  /** What the rows stand for, in the order of the file. @throws MalformedFile */
  items(rows: AsyncIterable<CsvRow<Column>>): AsyncIterable<Item>;
  newSurvey(): Survey;
  /** @throws MalformedFile */
  survey(survey: Survey, item: Item, fail: (line: number, problem: string) => MalformedFile): void;
  tally(survey: Survey): Tally;
  /** Writes what items refer to. @returns how many rows of the database that changed */
  writeParents(pools: Pools, survey: Survey): Promise<number>;
  /** Writes items, in one transaction per subgraph. @returns how many rows of the database that changed */
  writeBatch(pools: Pools, items: readonly Item[], survey: Survey): Promise<number>;
  /** What the file holds, for the summary. */
  figures(survey: Survey): readonly (readonly [label: string, count: number])[];
};
