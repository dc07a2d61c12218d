-- AlterTable
ALTER TABLE "webhook_endpoints" ALTER COLUMN "cursor_xid" DROP NOT NULL,
ALTER COLUMN "cursor_xid" DROP DEFAULT,
ALTER COLUMN "cursor_id" DROP NOT NULL,
ALTER COLUMN "cursor_id" DROP DEFAULT;

-- CreateTable
CREATE TABLE "webhook_readers" (
    "log" TEXT NOT NULL,
    "xid" xid8 NOT NULL,
    "id" BIGINT NOT NULL,

    CONSTRAINT "webhook_readers_pkey" PRIMARY KEY ("log")
);

-- CreateIndex
CREATE INDEX "webhook_endpoints_behind" ON "webhook_endpoints"("cursor_xid", "cursor_id") WHERE ((cursor_xid IS NOT NULL) AND (disabled_at IS NULL));

-- What Prisma cannot say.
ALTER TABLE webhook_endpoints ADD CONSTRAINT webhook_endpoints_whole_cursor CHECK ((cursor_xid IS NULL) = (cursor_id IS NULL));
ALTER TABLE webhook_endpoints ADD CONSTRAINT webhook_endpoints_disabled_with_cursor CHECK (disabled_at IS NULL OR cursor_xid IS NOT NULL);

-- Begins at the end of the log: endpoints that are there have cursors of their own, by which they come up to it.
INSERT INTO webhook_readers (log, xid, id)
SELECT 'users.partner_events', xid, id FROM (
  SELECT * FROM (SELECT xid, id FROM partner_events WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid DESC, id DESC LIMIT 1) event
  UNION ALL SELECT xid, id FROM trimmed_logs WHERE log = 'users.partner_events'
  UNION ALL SELECT '0'::xid8, 0
) told ORDER BY xid DESC, id DESC LIMIT 1;
