import pg from 'pg';

/** Reading logs, handing them on, trimming and looking for unfinished work goes on beside every request. */
const background =
  /\boutbox\b|\boutbox_relays\b|\bpartner_events\b|\bwebhook_|\btrimmed_logs\b|\bidempotency_keys\b|\binbox\b|pg_current_snapshot|advisory_lock|^LISTEN|SKIP LOCKED/;

/** The SQL statements that this process sends while `run` is under way; background work does not count. */
export async function statementsDuring(run: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [config] = args as [string | { text?: string }];
    const text = typeof config === 'string' ? config : (config.text ?? '');
    if (!background.test(text)) statements.push(text);
    return Reflect.apply(original, this, args);
  } as typeof original;
  try {
    await run();
  } finally {
    pg.Client.prototype.query = original;
  }
  return statements;
}
