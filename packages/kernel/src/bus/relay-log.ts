import pg from 'pg';

/** Where an event stands in the log: the transaction that wrote it, then its number. */
export type Place = { xid: string; id: string };
export type LoggedRow = Place & { type: string; key: string; data: unknown; at: Date };

/** Of the relay's row: each subgraph has one relay. */
const name = 'bus';
const batch = 500;

/**
 * A connection that holds the relay's lock, or null while another process does. The lock ends with the connection, so
 * whoever reads on it is the only one.
 */
export async function connectAsLeader(url: string, schema: string): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `meridian-${schema}-relay`,
    connectionTimeoutMillis: 5_000,
    // Longer than Postgres's own limit: it ends only what a server that no longer answers leaves open.
    query_timeout: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Postgres itself has to notice a leader whose machine vanished: by default it would keep the lock for two hours.
    options: [
      ...[`-c search_path=${schema},public`, '-c statement_timeout=5000'],
      ...['-c tcp_keepalives_idle=10', '-c tcp_keepalives_interval=5', '-c tcp_keepalives_count=3'],
    ].join(' '),
  });
  // A connection that is lost fails the next statement; unheard, the event would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ leads: boolean }>(
      'SELECT pg_try_advisory_lock(hashtext($1), hashtext($2)) AS leads',
      ['meridian outbox relay', schema],
    );
    if (rows[0]?.leads) return client;
  } catch (error) {
    hangUp(client);
    throw error;
  }
  hangUp(client);
  return null;
}

/** Ends a connection at once. A goodbye would be waited for until the server answers, which one that vanished never does. */
export function hangUp(client: pg.Client): void {
  client.connection.stream.destroy();
}

/**
 * The next events after `after`; without it after the place that was saved last, or from the beginning of the log. Only
 * transactions older than every one that still runs: a later one may commit events before those that we see.
 */
export async function readOn(client: pg.Client, after: Place | null) {
  const from = after ?? (await savedPlace(client));
  // Asked before reading: what a transaction that ends in between sets free would wait for the next event otherwise.
  const held = await client.query<{ back: boolean | null }>(
    `SELECT (SELECT xid FROM outbox ORDER BY xid DESC, id DESC LIMIT 1)
       >= pg_snapshot_xmin(pg_current_snapshot()) AS back`,
  );
  const { rows } = await client.query<LoggedRow>({
    name: 'relay-outbox',
    text: `
      SELECT o.xid::text, o.id::text, o.type, o.key, o.data, o.created_at AS at
      FROM outbox o
      WHERE (o.xid, o.id) > ($1::xid8, $2::bigint) AND o.xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY o.xid, o.id
      LIMIT ${batch}`,
    values: [from.xid, from.id],
  });
  return { rows, from, isMore: rows.length === batch, isHeldBack: held.rows[0]?.back ?? false };
}

/** A first one is noted before anything is sent: from then on nothing is trimmed that the bus does not have. */
async function savedPlace(client: pg.Client): Promise<Place> {
  await client.query("INSERT INTO outbox_relays (name, xid, id) VALUES ($1, '0', 0) ON CONFLICT DO NOTHING", [
    name,
  ]);
  const { rows } = await client.query<Place>(
    'SELECT xid::text, id::text FROM outbox_relays WHERE name = $1',
    [name],
  );
  return rows[0] ?? { xid: '0', id: '0' };
}

/** Notes that the bus has everything up to here. */
export async function savePlace(client: pg.Client, { xid, id }: Place): Promise<void> {
  await client.query(
    `INSERT INTO outbox_relays (name, xid, id) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET xid = excluded.xid, id = excluded.id, updated_at = now()`,
    [name, xid, id],
  );
}

/** How many events the bus does not have yet, and how old the oldest of them is. */
export async function relayLag(pool: pg.Pool): Promise<{ events: number; seconds: number }> {
  const { rows } = await pool.query<{ events: number; seconds: number }>(
    `SELECT count(*)::int AS events,
       coalesce(extract(epoch FROM now() - min(created_at)), 0)::float AS seconds
     FROM outbox
     WHERE (xid, id) > (coalesce((SELECT xid FROM outbox_relays WHERE name = $1), '0'),
                        coalesce((SELECT id FROM outbox_relays WHERE name = $1), 0))`,
    [name],
  );
  return rows[0] ?? { events: 0, seconds: 0 };
}
