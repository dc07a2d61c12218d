import { expect, test } from 'vitest';
import { destructiveChanges } from './destructive-changes.ts';

test.each([
  ['DROP TABLE "things";', ['drops the table things and all its rows']],
  [
    'ALTER TABLE "things" DROP COLUMN "name",\nADD COLUMN     "title" TEXT NOT NULL;',
    [
      'drops the column name and what it holds',
      'adds the column title, required and without a default: it fails on a table that has rows',
    ],
  ],
  ['ALTER TABLE "things" ADD COLUMN     "title" TEXT NOT NULL DEFAULT \'\';', []],
  ['ALTER TABLE "things" ADD COLUMN     "place" SERIAL NOT NULL;', []],
  ['ALTER TABLE "things" ADD COLUMN     "title" TEXT,\nADD COLUMN     "size" DECIMAL(12,2);', []],
  [
    'ALTER TABLE "things" ALTER COLUMN "name" SET NOT NULL,\nALTER COLUMN "size" SET DATA TYPE INTEGER;',
    [
      'makes the column name required: it fails where a row has none',
      'changes the type of the column size: it fails on values that do not fit',
    ],
  ],
  [
    '-- CreateIndex\nCREATE UNIQUE INDEX "things_name_key" ON "things"("name");',
    ['makes values unique (things_name_key): it fails where two rows have the same'],
  ],
  [
    'CREATE TABLE "new" (\n  "id" INTEGER NOT NULL\n);\n\n-- CreateIndex\nCREATE UNIQUE INDEX "new_key" ON "new"("id");',
    [],
  ],
])('%s', (sql, warnings) => {
  expect(destructiveChanges(`${sql}\n`)).toEqual(warnings);
});
