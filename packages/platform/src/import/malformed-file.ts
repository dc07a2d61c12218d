/** A file that cannot be what it should be: nothing of the batch that holds the line is written. */
export class MalformedFile extends Error {
  override name = 'MalformedFile';

  constructor(file: string, line: number | null, problem: string) {
    super(line === null ? `${file}: ${problem}` : `${file}, line ${line}: ${problem}`);
  }
}
