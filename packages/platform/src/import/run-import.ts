import { stat } from 'node:fs/promises';
import type { Checkpoints } from './checkpoints.ts';
import { openCsv } from './csv-file.ts';
import type { Dataset, Placed, Pools } from './dataset.ts';
import { MalformedFile } from './malformed-file.ts';
import type { Progress } from './progress.ts';
import type { Tally } from './tally.ts';

export type ImportOptions<Column extends string, Item extends Placed, Survey> = {
  dataset: Dataset<Column, Item, Survey>;
  file: string;
  pools: Pools;
  checkpoints: Checkpoints;
  progress: Progress;
  /** Once aborted, the import ends after the batch under way. */
  stop: AbortSignal;
  /** Rows of the file per batch, about. */
  batchRows?: number;
};

export type ImportOutcome = {
  end: 'done' | 'done before' | 'stopped';
  /** The line after which this run began to write, and the last one that is written now. */
  resumedAfter: number;
  throughLine: number;
  /** Rows of the database that this run inserted or changed. */
  changed: number;
  tally: Tally;
  figures: readonly (readonly [label: string, count: number])[];
};

/**
 * Imports a file. Killed at any moment and started again, it goes on after the last whole batch; a file that is in
 * already, plain or zipped, changes nothing.
 * @throws MalformedFile before anything is written
 */
export async function runImport<Column extends string, Item extends Placed, Survey>(
  options: ImportOptions<Column, Item, Survey>,
): Promise<ImportOutcome> {
  const { dataset, file, pools, checkpoints, progress, stop, batchRows = 5_000 } = options;
  const fail = (line: number, problem: string) => new MalformedFile(file, line, problem);
  const survey = dataset.newSurvey();
  const outcome = (
    end: ImportOutcome['end'],
    place: Pick<ImportOutcome, 'resumedAfter' | 'throughLine' | 'changed'>,
  ) => ({
    end,
    ...place,
    tally: dataset.tally(survey),
    figures: dataset.figures(survey),
  });

  const contentHash = await surveyFile();
  if (contentHash === null) return outcome('stopped', { resumedAfter: 0, throughLine: 0, changed: 0 });
  const { throughLine: resumedAfter, finishedAt } = await checkpoints.find(dataset.name, contentHash);
  if (finishedAt) return outcome('done before', { resumedAfter, throughLine: resumedAfter, changed: 0 });

  let changed = await dataset.writeParents(pools, survey);
  let throughLine = resumedAfter;
  const { rows, contentHash: hashNow } = openCsv({ file, columns: dataset.columns });
  progress.start('Writing', dataset.tally(survey).rows, 'rows');
  for await (const batch of batches(dataset.items(rows), resumedAfter, batchRows)) {
    changed += await dataset.writeBatch(pools, batch, survey);
    throughLine = batch.at(-1)?.lastLine ?? throughLine;
    await checkpoints.advance(dataset.name, contentHash, throughLine);
    progress.reach(throughLine - 1);
    if (stop.aborted) return outcome('stopped', { resumedAfter, throughLine, changed });
  }
  if (hashNow() !== contentHash)
    throw new MalformedFile(file, null, 'it was changed while it was imported; start again');
  await checkpoints.finish(dataset.name, contentHash, throughLine);
  return outcome('done', { resumedAfter, throughLine, changed });

  /** Reads all of it once. @returns the hash of its content; null when stopped */
  async function surveyFile(): Promise<string | null> {
    const size = await stat(file).then(
      (stats) => stats.size,
      () => 0,
    );
    progress.start('Checking', size, 'bytes');
    let read = 0;
    const csv = openCsv({
      file,
      columns: dataset.columns,
      onRead: (bytes) => {
        read += bytes;
        progress.reach(read);
      },
    });
    for await (const item of dataset.items(csv.rows)) {
      dataset.survey(survey, item, fail);
      if (stop.aborted) return null;
    }
    return csv.contentHash();
  }
}

/** Whole items after `afterLine`, about `rows` rows of the file at a time. */
async function* batches<Item extends Placed>(
  items: AsyncIterable<Item>,
  afterLine: number,
  rows: number,
): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  let held = 0;
  for await (const item of items) {
    if (item.lastLine <= afterLine) continue;
    batch.push(item);
    held += item.lastLine - item.firstLine + 1;
    if (held < rows) continue;
    yield batch;
    batch = [];
    held = 0;
  }
  if (batch.length > 0) yield batch;
}
