import { parseCommandLine, UsageError } from '@meridian/kernel/command-line';

export const usage = `Usage: npm run import -- retail|trips FILE [--database-url URL]

Loads real data: FILE is a CSV, plain or gzip.

  retail  UCI "Online Retail": products and prices, customers, invoices and cancellations;
          columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate (2010-12-01 08:26:00),
          UnitPrice, CustomerID, Country
  trips   NYC taxi trips: completed rides with their drivers and riders; columns fare_amount,
          pickup_datetime (2011-01-28 20:42:59 UTC), pickup_longitude, pickup_latitude,
          dropoff_longitude, dropoff_latitude, passenger_count, key (a running number)

  --database-url  the database to load into, as its administrator; otherwise DATABASE_URL,
                  otherwise the one of \`npm start\`, running or not

Ctrl-C stops at a whole batch. The same command again goes on from there; a file that is in
already changes nothing.
`;

export const datasetNames = ['retail', 'trips'] as const;
export type DatasetName = (typeof datasetNames)[number];

export type Command =
  | { do: 'help' }
  | { do: 'import'; dataset: DatasetName; file: string; databaseUrl: string | null };

/** @throws UsageError */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parseCommandLine(
    args,
    {
      allowPositionals: true,
      options: {
        'database-url': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    },
    `\n${usage}`,
  );
  if (values.help) return { do: 'help' };
  const [name, file, ...rest] = positionals;
  const dataset = datasetNames.find((known) => known === name);
  if (!name) throw new UsageError(usage);
  if (!dataset)
    throw new UsageError(
      `There is no import ${JSON.stringify(name)}, only ${datasetNames.join(' and ')}.\n\n${usage}`,
    );
  if (!file) throw new UsageError(`Which file? Name it after "${dataset}".\n\n${usage}`);
  if (rest.length > 0) throw new UsageError(`One file at a time, please.\n\n${usage}`);
  return { do: 'import', dataset, file, databaseUrl: values['database-url'] ?? null };
}
