import { parseCommandLine, UsageError } from '@meridian/kernel/command-line';

export const usage = `Usage: npm run --silent events -- status | parked | replay ID | replay --all  [--database-url URL]

Looks after the events that go from one subgraph to another.

  status   what waits in each subgraph's log for the bus, and on the bus for each consumer
  parked   messages that a consumer failed on until its tries were used up, oldest first
  replay   has the running consumers try a parked message again, or all of them; one that
           fails again stays parked

  --database-url  the database, as its administrator; otherwise DATABASE_URL,
                  otherwise the one of \`npm start\`, running or not
`;

export type Command =
  | { do: 'help' }
  | { do: 'status' | 'parked'; databaseUrl: string | null }
  | { do: 'replay' /** Null: all. */; id: string | null; databaseUrl: string | null };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws UsageError */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parseCommandLine(
    args,
    {
      allowPositionals: true,
      options: {
        all: { type: 'boolean', default: false },
        'database-url': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    },
    `\n${usage}`,
  );
  if (values.help) return { do: 'help' };
  const [verb, id, ...rest] = positionals;
  const databaseUrl = values['database-url'] ?? null;
  if (!verb) throw new UsageError(usage);
  const refuse = (why: string) => new UsageError(`${why}\n\n${usage}`);
  if (verb === 'status' || verb === 'parked') {
    if (id || values.all) throw refuse(`"${verb}" takes nothing more.`);
    return { do: verb, databaseUrl };
  }
  if (verb !== 'replay') throw refuse(`There is no command ${JSON.stringify(verb)}.`);
  if (values.all === (id !== undefined) || rest.length > 0)
    throw refuse('Replay what? Give one ID that "parked" shows, or --all.');
  if (id && !uuid.test(id)) throw refuse(`${JSON.stringify(id)} is no ID of a message.`);
  return { do: 'replay', id: id ?? null, databaseUrl };
}
