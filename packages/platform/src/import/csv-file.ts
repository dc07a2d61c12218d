import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, type Parser, parse } from 'csv-parse';
import { MalformedFile } from './malformed-file.ts';

/** A row by column name. `fail` makes the error that names its line. */
export type CsvRow<Column extends string> = {
  line: number;
  values: Readonly<Record<Column, string>>;
  fail(problem: string): MalformedFile;
};

export type CsvFile<Column extends string> = {
  rows: AsyncIterable<CsvRow<Column>>;
  /** SHA-256 of the text, the same for a file and its gzip; complete after the last row. */
  contentHash(): string;
};

type Options<Column extends string> = {
  file: string;
  /** The columns that are needed, in any order; others are passed over. */
  columns: readonly Column[];
  /** Told of each piece read, in bytes of the file as it lies on disk. */
  onRead?: (bytes: number) => void;
};

/** A row longer than this is a quote that was never closed. */
const maxRowBytes = 64 * 1024;

/**
 * Streams a CSV file (RFC 4180, UTF-8, with header), plain or gzip.
 * @throws MalformedFile while it is iterated, naming the line: a missing column, a wrong number of fields, wrong
 * quoting, bytes that are not UTF-8, a broken gzip; also for a file that cannot be read
 */
export function openCsv<Column extends string>({ file, columns, onRead }: Options<Column>): CsvFile<Column> {
  const hash = createHash('sha256');
  return { rows: readRows(), contentHash: () => hash.copy().digest('hex') };

  async function* readRows(): AsyncGenerator<CsvRow<Column>> {
    let line = 0;
    try {
      const parser = parse({ bom: true, info: true, skip_empty_lines: true, max_record_size: maxRowBytes });
      await feed(parser);
      let positions: [Column, number][] | null = null;
      for await (const { record, info } of parser as AsyncIterable<{
        record: string[];
        info: { lines: number };
      }>) {
        line = info.lines;
        if (positions) yield toRow(positions, record, line);
        else positions = findColumns(record, line);
      }
      if (!positions)
        throw new MalformedFile(file, 1, `the file is empty; it needs the header ${columns.join(',')}`);
    } catch (error) {
      throw explain(error, line);
    }
  }

  async function feed(parser: Parser): Promise<void> {
    const zipped = await isGzip(file);
    if (!zipped && file.endsWith('.gz'))
      throw new MalformedFile(file, null, 'it is not a gzip file, in spite of its name');
    const source = createReadStream(file).on('data', (chunk) => onRead?.(chunk.length));
    const tap = new Transform({
      transform(chunk, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    // The parser is destroyed with the error of any stage, and its reader sees it.
    const heard = () => {};
    if (zipped) pipeline(source, createGunzip(), tap, parser, heard);
    else pipeline(source, tap, parser, heard);
  }

  function findColumns(header: readonly string[], line: number): [Column, number][] {
    const missing = columns.filter((column) => !header.includes(column));
    if (missing.length > 0)
      throw new MalformedFile(
        file,
        line,
        `the header lacks ${missing.join(', ')}; it has ${header.join(', ')}`,
      );
    return columns.map((column) => [column, header.indexOf(column)]);
  }

  function toRow(
    positions: readonly [Column, number][],
    record: readonly string[],
    line: number,
  ): CsvRow<Column> {
    const values: Partial<Record<Column, string>> = {};
    for (const [column, position] of positions) {
      const value = record[position] ?? '';
      if (value.includes('\uFFFD') || value.includes('\0'))
        throw new MalformedFile(file, line, `${column} is not UTF-8 text`);
      values[column] = value;
    }
    return {
      line,
      values: values as Record<Column, string>,
      fail: (problem) => new MalformedFile(file, line, problem),
    };
  }

  function explain(error: unknown, lastLine: number): unknown {
    if (error instanceof CsvError) {
      const unclosed = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE';
      if (unclosed) return new MalformedFile(file, lastLine + 1, 'a quote is opened and never closed');
      return new MalformedFile(file, numberOr(error['lines'], lastLine + 1), withoutPlace(error.message));
    }
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') return new MalformedFile(file, null, 'there is no such file');
    if (code === 'EACCES') return new MalformedFile(file, null, 'the file may not be read');
    if (code === 'EISDIR') return new MalformedFile(file, null, 'it is a folder, not a file');
    if (code.startsWith('Z_'))
      return new MalformedFile(
        file,
        lastLine + 1,
        `the gzip data breaks off or is damaged after this line (${code})`,
      );
    return error;
  }
}

/** Reads as far as the first row. @throws MalformedFile for a file that cannot be read or has another header */
export async function checkBeginning<Column extends string>(options: Options<Column>): Promise<void> {
  for await (const _ of openCsv(options).rows) return;
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b;
  } finally {
    await handle.close();
  }
}

const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

/** Our message names the line itself, and the value may be personal. */
const withoutPlace = (message: string): string =>
  message.replace(/ (on|at) line \d+/, '').replace(/, value is .*$/, '');
