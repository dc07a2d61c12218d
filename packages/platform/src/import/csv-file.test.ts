import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkBeginning, openCsv } from './csv-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'meridian-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function read(content: string | Buffer, name = 'file.csv') {
  const file = path.join(folder, `${files++}-${name}`);
  await writeFile(file, content);
  const csv = openCsv({ file, columns: ['id', 'name'] });
  const rows = [];
  for await (const { line, values } of csv.rows) rows.push([line, values.id, values.name]);
  return { rows, hash: csv.contentHash() };
}

test('columns are found by name, whatever their order and number', async () => {
  const { rows } = await read('name,more,id\r\n"Ada, ""A""",x,1\r\n\r\n"two\nlines",y,2\r\n');
  expect(rows).toEqual([
    [2, '1', 'Ada, "A"'],
    [5, '2', 'two\nlines'],
  ]);
});

test('a byte order mark is no part of the first column', async () => {
  expect((await read('\uFEFFid,name\n1,Ada\n')).rows).toEqual([[2, '1', 'Ada']]);
});

test('a file and its gzip are the same content, whatever the name of the gzip', async () => {
  const text = 'id,name\n1,Ada\n';
  const plain = await read(text);
  expect(await read(gzipSync(text), 'file.csv.gz')).toEqual(plain);
  expect(await read(gzipSync(text), 'file.csv')).toEqual(plain);
  expect((await read(`${text}2,Bo\n`)).hash).not.toBe(plain.hash);
});

test.each<[string, string | Buffer, RegExp]>([
  ['an empty file', '', /line 1: the file is empty; it needs the header id,name/],
  ['a missing column', 'id,nam\n1,Ada\n', /line 1: the header lacks name; it has id, nam/],
  ['a row too long', 'id,name\n1,Ada\n2,Bo,x\n', /line 3: Invalid Record Length: expect 2, got 3/],
  ['a quote in the wrong place', 'id,name\n1,Ada\n2,B"o\n', /line 3: Invalid Opening Quote/],
  ['text after a closing quote', 'id,name\n1,"A"da\n', /line 2: Invalid Closing Quote/],
  [
    'a quote never closed',
    `id,name\n1,Ada\n2,"Bo\n${'3,Cy\n'.repeat(20_000)}`,
    /line 3: a quote is opened and never closed/,
  ],
  [
    'a short file with a quote never closed',
    'id,name\n1,"Ada\n2,Bo\n',
    /line 2: a quote is opened and never closed/,
  ],
  [
    'bytes of another encoding',
    Buffer.from('id,name\n1,Ren\xe9\n', 'latin1'),
    /line 2: name is not UTF-8 text/,
  ],
  ['a NUL', 'id,name\n1,A\0da\n', /line 2: name is not UTF-8 text/],
])('%s is told with its line', async (_, content, message) => {
  await expect(read(content)).rejects.toThrow(message);
});

test('what is no gzip, or only the beginning of one, is told', async () => {
  await expect(read('id,name\n', 'file.csv.gz')).rejects.toThrow(
    /it is not a gzip file, in spite of its name/,
  );
  const zipped = gzipSync(
    `id,name\n${Array.from({ length: 9_999 }, (_, i) => `${i},${Math.sin(i)}`).join('\n')}`,
  );
  await expect(read(zipped.subarray(0, 40_000), 'half.csv.gz')).rejects.toThrow(
    /line \d+: the gzip data breaks off/,
  );
  const damaged = Buffer.from(zipped);
  damaged.fill(0, 40_000, 40_064);
  await expect(read(damaged, 'damaged.csv.gz')).rejects.toThrow(/line \d+: /);
});

test('a file that cannot be read is told', async () => {
  const open = async (file: string) => {
    for await (const _ of openCsv({ file, columns: ['id'] }).rows);
  };
  await expect(open(path.join(folder, 'absent.csv'))).rejects.toThrow(/absent.csv: there is no such file/);
  await expect(open(folder)).rejects.toThrow(/it is a folder, not a file/);
});

test('the beginning can be checked alone: a fault further on is not seen', async () => {
  const file = path.join(folder, 'beginning.csv');
  await writeFile(file, `id,name\n1,Ada\n${'2,Bo\n'.repeat(50_000)}2,"Bo"x\n`);
  await expect(checkBeginning({ file, columns: ['id'] })).resolves.toBeUndefined();
  await expect(checkBeginning({ file, columns: ['age'] })).rejects.toThrow(/the header lacks age/);
});

test('what was read of the file is told in bytes', async () => {
  const file = path.join(folder, 'counted.csv.gz');
  const zipped = gzipSync(`id,name\n${'1,Ada\n'.repeat(1_000)}`);
  await writeFile(file, zipped);
  let bytes = 0;
  for await (const _ of openCsv({ file, columns: ['id'], onRead: (read) => (bytes += read) }).rows);
  expect(bytes).toBe(zipped.length);
});
