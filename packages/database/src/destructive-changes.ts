/** One `"quoted"` name, as Prisma writes all of them. */
const name = '"([^"]+)"';

const losses: readonly (readonly [sign: RegExp, loss: (...names: string[]) => string])[] = [
  [new RegExp(`^DROP TABLE ${name}`), (table) => `drops the table ${table} and all its rows`],
  [new RegExp(`DROP COLUMN\\s+${name}`), (column) => `drops the column ${column} and what it holds`],
  [
    new RegExp(`ADD COLUMN\\s+${name}(?=[^,]* NOT NULL)(?![^,]* DEFAULT )(?![^,]*SERIAL)`),
    (column) =>
      `adds the column ${column}, required and without a default: it fails on a table that has rows`,
  ],
  [
    new RegExp(`ALTER COLUMN ${name} SET NOT NULL`),
    (column) => `makes the column ${column} required: it fails where a row has none`,
  ],
  [
    new RegExp(`ALTER COLUMN ${name} SET DATA TYPE`),
    (column) => `changes the type of the column ${column}: it fails on values that do not fit`,
  ],
  // Prisma makes the smaller enum under this name, moves the columns over and drops the old one.
  [
    /^CREATE TYPE "([^"]+)_new"/,
    (type) => `removes values of the enum ${type}: it fails where a row has one`,
  ],
  [
    new RegExp(`^CREATE UNIQUE INDEX ${name}`),
    (index) => `makes values unique (${index}): it fails where two rows have the same`,
  ],
];

/**
 * What in a migration by Prisma loses data, or fails on a table that has rows. A column or index of a table that the same
 * migration makes is harmless.
 */
export function destructiveChanges(sql: string): string[] {
  const statements = sql.split(/;\s*$/m).map((statement) => statement.replaceAll(/^\s*--.*\n/gm, '').trim());
  const fresh = new Set(
    statements.flatMap((each) => new RegExp(`^CREATE TABLE ${name}`).exec(each)?.[1] ?? []),
  );
  return statements
    .filter((statement) => {
      const table = new RegExp(`^(?:ALTER TABLE|CREATE UNIQUE INDEX "[^"]+" ON) ${name}`).exec(
        statement,
      )?.[1];
      return table === undefined || !fresh.has(table);
    })
    .flatMap((statement) => statement.split(/,\s*\n/))
    .flatMap((clause) =>
      losses.flatMap(([sign, loss]) => {
        const [, ...names] = sign.exec(clause) ?? [];
        return names.length > 0 ? [loss(...names)] : [];
      }),
    );
}
