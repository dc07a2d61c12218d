import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { draftMigration, writeMigration } from '@meridian/database/draft-migration';
import { DatabaseSetupError } from '@meridian/database/setup-error';
import { startThrowAwayPostgres } from '@meridian/database/throw-away-postgres';

const usage = `Usage: npm run db:migrate -- <subgraph> <name>

Writes a new migration that takes the subgraph's database to what its schema.prisma says.
Works offline, on a throw-away PostgreSQL; your data is not touched. \`npm start\` applies what it wrote.

  <subgraph>  one of: {subgraphs}
  <name>      what changes, in snake_case, such as add_order_note
  --dry-run   print the SQL and write nothing
`;

const root = path.resolve(import.meta.dirname, '..');
const subgraphs = readdirSync(path.join(root, 'subgraphs')).filter((name) =>
  existsSync(path.join(root, 'subgraphs', name, 'prisma/schema.prisma')),
);

const help = usage.replace('{subgraphs}', subgraphs.join(', '));

function readArguments(): { subgraph: string; name: string; dryRun: boolean } {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, 'dry-run': { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  const [subgraph, name, ...more] = positionals;
  if (subgraph === undefined || name === undefined || more.length > 0) throw new DatabaseSetupError(help);
  if (!subgraphs.includes(subgraph))
    throw new DatabaseSetupError(`There is no subgraph ${subgraph}; there are ${subgraphs.join(', ')}.`);
  if (!/^[a-z][a-z0-9_]{2,60}$/.test(name))
    throw new DatabaseSetupError(
      `A migration is named in snake_case, 3 to 61 letters, digits and _, such as add_order_note; not ${name}.`,
    );
  return { subgraph, name, dryRun: values['dry-run'] ?? false };
}

async function main(): Promise<void> {
  const { subgraph, name, dryRun } = readArguments();
  const folder = path.join(root, 'subgraphs', subgraph, 'prisma');
  const directory = path.join(folder, 'migrations');
  const server = await startThrowAwayPostgres();
  const draft = await draftMigration({
    url: server.url,
    schema: subgraph,
    directory,
    schemaFile: path.join(folder, 'schema.prisma'),
  }).finally(() => server.stop());
  if (!draft) {
    process.stdout.write(`Nothing to do: the migrations of ${subgraph} agree with its schema.prisma.\n`);
    return;
  }
  process.stdout.write(`${draft.sql}\n`);
  for (const warning of draft.warnings) process.stderr.write(`Warning: it ${warning}.\n`);
  if (draft.warnings.length > 0) process.stderr.write('Edit the SQL so that it keeps what must be kept.\n');
  if (dryRun) return;
  const file = writeMigration(directory, name, draft, new Date());
  process.stdout.write(`Written to ${path.relative(root, file)}\n`);
}

try {
  await main();
} catch (error) {
  const foreseen = error instanceof DatabaseSetupError || (error instanceof TypeError && 'code' in error);
  process.stderr.write(`${foreseen ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}
