import { openEventLog } from '@meridian/kernel/event-log/event-log';
import { createLogger } from '@meridian/kernel/logger';
import { openNotifications } from '@meridian/kernel/notifications';
import pg from 'pg';

/** An event log on a Postgres, in a schema of its own, as a subgraph has one. */
export async function createLog(url: string, schema: string) {
  const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` });
  pool.on('error', () => {}); // The server stops before the last connection is closed.
  await pool.query(`
    CREATE SCHEMA ${schema};
    CREATE TABLE outbox (id bigserial PRIMARY KEY, xid xid8 NOT NULL DEFAULT pg_current_xact_id(), type text NOT NULL,
      key text NOT NULL, data jsonb NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now());
    CREATE INDEX ON outbox (xid, id);
    CREATE INDEX ON outbox (key, xid, id);
    CREATE TABLE trimmed_logs (log text PRIMARY KEY, xid xid8 NOT NULL, id bigint NOT NULL);
    CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_notify('${schema}_outbox', ''); RETURN NULL; END $$;
    CREATE TRIGGER tell AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION tell();`);
  const logger = createLogger('bench', 'warn');
  return {
    pool,
    /** Reads it from its end. @param kept events that it remembers */
    async open(kept?: number) {
      const notifications = openNotifications({ url, name: schema, logger });
      const log = await openEventLog({ pool, schema, notifications, logger, ...(kept && { kept }) });
      return {
        log,
        async close() {
          await log.stop();
          await notifications.close();
          await pool.end();
        },
      };
    },
  };
}
